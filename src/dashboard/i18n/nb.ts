// nb: English until the translation lands.
import { en, type Key } from './en';

export const nb: Record<Key, string> = en;
