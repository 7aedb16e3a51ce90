// sv: English until the translation lands.
import { en, type Key } from './en';

export const sv: Record<Key, string> = en;
