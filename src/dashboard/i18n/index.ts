// Texts of the page in its language. Every language holds every key (the compiler sees to it); the browser loads all
// four, they are small. Terms are the API's fixed words; an unknown one is shown as it is, never hidden.
import { da } from './da';
import { daTerms } from './da_terms';
import { en, type Key } from './en';
import { enTerms, type TermKey } from './en_terms';
import { nb } from './nb';
import { nbTerms } from './nb_terms';
import { sv } from './sv';
import { svTerms } from './sv_terms';

export const LOCALES = { da: 'Dansk', nb: 'Norsk', sv: 'Svenska', en: 'English' } as const;
export type Locale = keyof typeof LOCALES;

const TEXTS: Record<Locale, Record<Key, string>> = { en, da, nb, sv };
const TERMS: Record<Locale, Record<TermKey, string>> = { en: enTerms, da: daTerms, nb: nbTerms, sv: svTerms };
/** What Intl formats in: English with day before month and 24 hours, as in the countries this is made for. */
const FORMATS: Record<Locale, string> = { en: 'en-GB', da: 'da-DK', nb: 'nb-NO', sv: 'sv-SE' };
const STORED = 'samtale.locale';

let current: Locale = 'en';

/** The language stored for this browser, else the first of the browser's own that the page has, else English. */
export function initialLocale(stored: string | null, wanted: readonly string[]): Locale {
  if (stored !== null && stored in LOCALES) return stored as Locale;
  for (const tag of wanted) {
    const head = tag.toLowerCase().split('-')[0] ?? '';
    if (head === 'no' || head === 'nn') return 'nb';
    if (head in LOCALES) return head as Locale;
  }
  return 'en';
}

/** Reads the choice at start. */
export function loadLocale(): void {
  setLocale(initialLocale(localStorage.getItem(STORED), navigator.languages));
}

/** Makes a language current; the caller renders anew. */
export function setLocale(locale: Locale): void {
  current = locale;
  document.documentElement.lang = locale;
}

/** Makes a language current and keeps it for the next visit. */
export function chooseLocale(locale: Locale): void {
  localStorage.setItem(STORED, locale);
  setLocale(locale);
}

export function locale(): Locale {
  return current;
}

/** The tag that Intl formats with. */
export function formatLocale(): string {
  return FORMATS[current];
}

/** Fills {name}; of "one|many" takes the form that {n} asks for. */
export function fill(text: string, values: Record<string, string | number>, tag: string): string {
  const forms = text.split('|');
  const n = values['n'];
  const one = typeof n === 'number' && new Intl.PluralRules(tag).select(n) === 'one';
  const form = (forms.length > 1 && !one ? forms[1] : forms[0]) ?? text;
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? new Intl.NumberFormat(tag).format(value) : value;
  });
}

/** A text of the page. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return fill(TEXTS[current][key], values, formatLocale());
}

/** The name of one of the API's fixed words: term('channel', 'voice'); the word itself when the page does not know it. */
export function term(group: string, word: string): string {
  const terms: Record<string, string> = TERMS[current];
  return terms[`${group}.${word}`] ?? word;
}

/** The meaning of a figure or label, or "" when there is none. */
export function meaning(group: string, word: string): string {
  const terms: Record<string, string> = TERMS[current];
  return terms[`${group}.${word}.text`] ?? '';
}
