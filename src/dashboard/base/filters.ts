// The filters of overview and conversations, kept in the page's address: from, to, interval, queue, channel, language,
// and for the list scored, missed, gap, quadrant, derived, incomplete. Reading is total: a value that cannot be is left out.
import { isDay } from './time';
import type { Interval } from './types';

export type YesNo = 'true' | 'false' | '';

export interface Filters {
  from: string;
  to: string;
  interval: Interval | '';
  queue: string;
  channel: string;
  language: string;
  scored: YesNo;
  missed: YesNo;
  gap: YesNo;
  quadrant: string;
  derived: YesNo;
  incomplete: YesNo;
}

export const QUADRANTS: readonly string[] = ['short_rich', 'long_rich', 'short_poor', 'long_poor'];

const INTERVALS: readonly string[] = ['half_hour', 'day', 'week'];

function yesNo(value: string | null): YesNo {
  return value === 'true' || value === 'false' ? value : '';
}

function day(value: string | null): string {
  return value !== null && isDay(value) ? value : '';
}

/** Reads the filters of an address. */
export function readFilters(query: URLSearchParams): Filters {
  const interval = query.get('interval') ?? '';
  const quadrant = query.get('quadrant') ?? '';
  return {
    from: day(query.get('from')),
    to: day(query.get('to')),
    interval: INTERVALS.includes(interval) ? (interval as Interval) : '',
    queue: query.get('queue') ?? '',
    channel: query.get('channel') ?? '',
    language: query.get('language') ?? '',
    scored: yesNo(query.get('scored')),
    missed: yesNo(query.get('missed')),
    gap: yesNo(query.get('gap')),
    quadrant: QUADRANTS.includes(quadrant) ? quadrant : '',
    derived: yesNo(query.get('derived')),
    incomplete: yesNo(query.get('incomplete')),
  };
}

/** What both pages share. */
export function sharedQuery(f: Filters): Record<string, string> {
  return { from: f.from, to: f.to, queue: f.queue, channel: f.channel, language: f.language };
}

/** The whole filter as an address's query. */
export function listQuery(f: Filters): Record<string, string> {
  return {
    ...sharedQuery(f),
    scored: f.scored,
    missed: f.missed,
    gap: f.gap,
    quadrant: f.quadrant,
    derived: f.derived,
    incomplete: f.incomplete,
  };
}

/** The overview's query; the interval is chosen by the length of the period where none is set. */
export function overviewQuery(f: Filters): Record<string, string> {
  return { ...sharedQuery(f), interval: f.interval };
}

/** The interval of a period where none was chosen: days up to five weeks, then weeks, so that a chart shows shape, not noise. */
export function intervalFor(days: number): Interval {
  return days > 35 ? 'week' : 'day';
}
