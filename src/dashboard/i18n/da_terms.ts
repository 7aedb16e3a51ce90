// da: English until the translation lands.
import { enTerms, type TermKey } from './en_terms';

export const daTerms: Record<TermKey, string> = enTerms;
