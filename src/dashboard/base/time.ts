// Days and instants in the site's time zone, which the API names; never in the browser's own.

const DAY_MS = 86_400_000;

/** "2026-11-22": the day of an instant in a time zone. Put together from parts: how a language writes a date changes. */
export function dayOf(instant: Date, zone: string): string {
  const style = { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const parts = new Intl.DateTimeFormat('en-GB', style).formatToParts(instant);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** A calendar day some days later or earlier; pure calendar, no zone. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whole days from one to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** Whether a text is a calendar day that exists. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === text;
}

/** "22 Nov 2026" for a calendar day. */
export function dayText(locale: string, day: string, options: Intl.DateTimeFormatOptions = {}): string {
  const style: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric', ...options };
  return new Intl.DateTimeFormat(locale, { ...style, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

/** "1 – 28 Nov 2026" for a closed range of days. */
export function rangeText(locale: string, from: string, to: string): string {
  const format = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  return format.formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));
}

/** "Sun 22 Nov, 09:15" for an instant, in the site's zone. */
export function instantText(locale: string, iso: string, zone: string, options: Intl.DateTimeFormatOptions = {}): string {
  const style: Intl.DateTimeFormatOptions = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...options,
  };
  return new Intl.DateTimeFormat(locale, { ...style, timeZone: zone }).format(new Date(iso));
}
