// da: English until the translation lands.
import { en, type Key } from './en';

export const da: Record<Key, string> = en;
