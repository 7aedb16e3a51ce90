// nb: English until the translation lands.
import { enTerms, type TermKey } from './en_terms';

export const nbTerms: Record<TermKey, string> = enTerms;
