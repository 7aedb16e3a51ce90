// Light, dark, or as the device says; kept for this browser. Charts are told when colours change.

export type Theme = 'auto' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

const STORED = 'samtale.theme';
const CHANGED = 'samtale:theme';
const device = window.matchMedia('(prefers-color-scheme: dark)');

/** The choice kept for this browser. */
export function theme(): Theme {
  const stored = localStorage.getItem(STORED);
  return stored === 'light' || stored === 'dark' ? stored : 'auto';
}

function apply(choice: Theme): void {
  if (choice === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = choice;
  window.dispatchEvent(new Event(CHANGED));
}

/** Applies the kept choice at start, and follows the device from then on. */
export function loadTheme(): void {
  apply(theme());
  device.addEventListener('change', () => window.dispatchEvent(new Event(CHANGED)));
}

/** Applies a choice and keeps it. */
export function chooseTheme(choice: Theme): void {
  localStorage.setItem(STORED, choice);
  apply(choice);
}

/** Calls back when colours change, until the returned function is called. */
export function onThemeChange(listener: () => void): () => void {
  window.addEventListener(CHANGED, listener);
  return () => window.removeEventListener(CHANGED, listener);
}
