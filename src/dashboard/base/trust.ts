// How far a figure may be trusted: Wilson's interval of a share, and the XmR chart that tells a habit that changes from noise. Both are the
// formulas of include/samtale/kpi.h over the sums that the API gives; tests/page holds them against the same published values.
import type { Figure } from './types';

/** Shares over fewer than this say "small sample". */
export const SMALL = 30;
/** An XmR chart needs so many points; its limits are made of the first so many. */
export const CHART_LEAST = 8;
const CHART_BASE = 12;
const Z = 1.959963984540054;

/** Wilson's score interval of 95 %; null where there is nothing to divide by. */
export function wilson(part: number, whole: number): [number, number] | null {
  if (!(whole > 0) || part < 0 || part > whole) return null;
  const p = part / whole;
  const z2 = (Z * Z) / whole;
  const half = Z * Math.sqrt((p * (1 - p)) / whole + (Z * Z) / (4 * whole * whole));
  return [Math.max(0, (p + z2 / 2 - half) / (1 + z2)), Math.min(1, (p + z2 / 2 + half) / (1 + z2))];
}

/** The interval of a share whose sums count; as the API gives it, else from the sums. */
export function intervalOf(figure: Figure): [number, number] | null {
  if (figure.interval !== undefined) return figure.interval;
  if (figure.unit !== 'ratio' || figure.numerator === null || figure.denominator === null) return null;
  return Number.isInteger(figure.numerator) && Number.isInteger(figure.denominator) ? wilson(figure.numerator, figure.denominator) : null;
}

export function isSmall(figure: Figure): boolean {
  return figure.value !== null && figure.denominator !== null && figure.denominator < SMALL;
}

export type Signal = 'beyond' | 'run' | 'jump';

export interface Chart {
  base: number;
  middle: number;
  low: number;
  high: number;
  /** by place in the series; what stands out there, null: nothing */
  signals: (Signal | null)[];
}

/** Ends at i of the last n points: how many are further than limit sigma on one side. */
function oneSide(scores: number[], i: number, n: number, limit: number): number {
  const last = scores.slice(Math.max(0, i - n + 1), i + 1);
  return last.length < n ? 0 : Math.max(last.filter((s) => s > limit).length, last.filter((s) => s < -limit).length);
}

/** Individuals and moving ranges (Shewhart; Wheeler 1993), limits held from the first points; null with fewer points than needed. Gaps are left out. */
export function chartOf(values: readonly (number | null)[]): Chart | null {
  const places = values.flatMap((value, i) => (value === null ? [] : [i]));
  const series = places.map((i) => values[i] as number);
  if (series.length < CHART_LEAST) return null;
  const base = Math.min(CHART_BASE, series.length);
  const steps = series.map((value, i) => (i === 0 ? 0 : Math.abs(value - (series[i - 1] as number))));
  const middle = series.slice(0, base).reduce((sum, value) => sum + value, 0) / base;
  const range = steps.slice(1, base).reduce((sum, step) => sum + step, 0) / (base - 1);
  const reach = 2.66 * range;
  const scores = series.map((value) => (value - middle) / (range / 1.128 || Number.MIN_VALUE));
  const signals = values.map((): Signal | null => null);
  places.forEach((place, i) => {
    const value = series[i] as number;
    const run = oneSide(scores, i, 3, 2) >= 2 || oneSide(scores, i, 5, 1) >= 4 || oneSide(scores, i, 8, 0) >= 8;
    if (value < middle - reach || value > middle + reach) signals[place] = 'beyond';
    else if (run) signals[place] = 'run';
    else if ((steps[i] as number) > 3.268 * range) signals[place] = 'jump';
  });
  return { base, middle, low: middle - reach, high: middle + reach, signals };
}
