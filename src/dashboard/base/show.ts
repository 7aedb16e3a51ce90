// A figure as people read it, and what it rests on, in the page's language.
import { formatLocale, t } from '../i18n';
import { clock, number, percent } from './format';
import type { Figure } from './types';

/** "78.3%", "4:07", "61.4", "1,204"; or "not measured", or "no occasion" when nothing stands below the line. */
export function figureText(figure: Figure): string {
  if (figure.value === null) return t(figure.denominator === 0 ? 'figure.no_occasion' : 'figure.not_measured');
  return valueText(figure.value, figure.unit);
}

/** A value in its unit. */
export function valueText(value: number, unit: Figure['unit']): string {
  const tag = formatLocale();
  if (unit === 'ratio') return percent(tag, value);
  if (unit === 's') return clock(value * 1000);
  if (unit === 'count') return number(tag, value);
  return number(tag, value, 1);
}

/** "118 of 146", "11:29:36 over 146"; "" for a count. */
export function restsOn(figure: Figure): string {
  if (figure.numerator === null || figure.denominator === null) return '';
  const tag = formatLocale();
  const denominator = number(tag, figure.denominator, wholeDigits(figure.denominator));
  if (figure.unit === 's') {
    return t('figure.per', { numerator: clock(figure.numerator * 1000), denominator });
  }
  const numerator = number(tag, figure.numerator, wholeDigits(figure.numerator));
  return t(figure.unit === 'ratio' ? 'figure.of' : 'figure.per', { numerator, denominator });
}

function wholeDigits(value: number): number {
  return Number.isInteger(value) ? 0 : 1;
}
