// sv: English until the translation lands.
import { enTerms, type TermKey } from './en_terms';

export const svTerms: Record<TermKey, string> = enTerms;
