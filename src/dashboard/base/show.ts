// A figure as people read it, and what it rests on, in the page's language.
import { formatLocale, t } from '../i18n';
import { figureOf, type FigureInfo } from './figures';
import { clock, number, percent } from './format';
import { intervalOf, isSmall } from './trust';
import type { Figure, Lenses } from './types';

/** "78.3%", "4:07", "61.4", "1,204"; or "not measured", or "no occasion" when nothing stands below the line. */
export function figureText(figure: Figure): string {
  if (figure.value === null) return t(figure.denominator === 0 ? 'figure.no_occasion' : 'figure.not_measured');
  return valueText(figure.value, figure.unit);
}

/** "95% between 81% and 85%", with "small sample" where it is one; "" where there is no interval. */
export function trustText(figure: Figure): string {
  const range = intervalOf(figure);
  if (range === null || figure.value === null) return '';
  const tag = formatLocale();
  const text = t('trust.interval', { low: percent(tag, range[0]), high: percent(tag, range[1]) });
  return isSmall(figure) ? `${text} · ${t('trust.small')}` : text;
}

/** The same in figures alone, for where there is little room: "81.0% – 84.3%". */
export function rangeOf(figure: Figure): string {
  const range = intervalOf(figure);
  if (range === null || figure.value === null) return '';
  const tag = formatLocale();
  const text = `${percent(tag, range[0])} – ${percent(tag, range[1])}`;
  return isSmall(figure) ? `${text} · ${t('trust.small')}` : text;
}

/** A value in its unit. */
export function valueText(value: number, unit: Figure['unit']): string {
  const tag = formatLocale();
  if (unit === 'ratio') return percent(tag, value);
  if (unit === 's') return clock(value * 1000);
  if (unit === 'count') return number(tag, value);
  if (unit === 'h') return sumText(value * 3600);
  return number(tag, value, 1);
}

/** The threshold of a service level: "within 20 s", or that it differs by queue. */
export function thresholdText(seconds: number | null): string {
  return seconds === null ? t('figure.threshold_by_queue') : t('figure.threshold', { seconds: number(formatLocale(), seconds, wholeDigits(seconds)) });
}

/** Seconds as a sum: "41 s", "12.3 min", "235.8 h". */
export function sumText(seconds: number): string {
  const tag = formatLocale();
  const [value, unit] = seconds >= 3600 ? [seconds / 3600, 'hour'] : seconds >= 60 ? [seconds / 60, 'minute'] : [seconds, 'second'];
  return new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(value);
}

/** "118 of 146", "235.8 hr over 146"; "" for a count. */
export function restsOn(figure: Figure): string {
  if (figure.numerator === null || figure.denominator === null) return '';
  const tag = formatLocale();
  const denominator = number(tag, figure.denominator, wholeDigits(figure.denominator));
  if (figure.unit === 's') {
    return t('figure.per', { numerator: sumText(figure.numerator), denominator });
  }
  const numerator = number(tag, figure.numerator, wholeDigits(figure.numerator));
  return t(figure.unit === 'ratio' ? 'figure.of' : 'figure.per', { numerator, denominator });
}

/** The same, but for the index how many conversations it rests on: its own sums are weighted shares. */
export function baseOf(lenses: Lenses, info: FigureInfo): string {
  const { scored } = lenses.opportunity;
  if (info.name !== 'index') return restsOn(figureOf(lenses, info));
  return scored.value === null ? '' : t('figure.conversations', { n: scored.value });
}

function wholeDigits(value: number): number {
  return Number.isInteger(value) ? 0 : 1;
}
