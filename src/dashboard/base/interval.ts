// An interval of the overview's series: its name on an axis, and the days that it covers.
import { addDays, dayOf, dayText, instantText, rangeText } from './time';
import type { Interval } from './types';

export interface Slot {
  start: string;
  end: string;
}

/** First and last day, both included, in the site's zone. */
export function slotDays(slot: Slot, zone: string): { from: string; to: string } {
  const from = dayOf(new Date(slot.start), zone);
  const to = dayOf(new Date(Date.parse(slot.end) - 1), zone);
  return { from, to: to < from ? from : to };
}

/** The short name on an axis: "2 Nov", "09:30". A week bears its first day. */
export function slotShort(locale: string, slot: Slot, interval: Interval, zone: string): string {
  if (interval === 'half_hour') {
    return new Intl.DateTimeFormat(locale, { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
      new Date(slot.start),
    );
  }
  return new Intl.DateTimeFormat(locale, { timeZone: zone, day: 'numeric', month: 'short' }).format(new Date(slot.start));
}

/** The whole name: "Mon, 2 Nov 2026", "2 – 8 Nov 2026", "Mon 2 Nov, 09:30". */
export function slotLong(locale: string, slot: Slot, interval: Interval, zone: string): string {
  if (interval === 'half_hour') return instantText(locale, slot.start, zone);
  const { from, to } = slotDays(slot, zone);
  return from === to ? dayText(locale, from, { weekday: 'short' }) : rangeText(locale, from, to);
}

/** The four weeks that end on a day. */
export function fourWeeksTo(day: string): { from: string; to: string } {
  return { from: addDays(day, -27), to: day };
}
