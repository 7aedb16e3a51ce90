// Numbers and durations for people, in the language of the page. Null never becomes 0: callers show "not measured".

/** "12,345"; digits is the number of decimals. */
export function number(locale: string, value: number, digits = 0): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** A ratio 0..1 as "78.3 %" in the manner of the language. */
export function percent(locale: string, ratio: number, digits = 1): string {
  return new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(ratio);
}

/** A duration as a clock, "4:07" or "1:02:09"; rounded to whole seconds. */
export function clock(ms: number): string {
  const total = Math.round(Math.abs(ms) / 1000);
  const s = String(total % 60).padStart(2, '0');
  const m = Math.floor(total / 60) % 60;
  const h = Math.floor(total / 3600);
  const sign = ms < 0 && total > 0 ? '−' : '';
  return h > 0 ? `${sign}${h}:${String(m).padStart(2, '0')}:${s}` : `${sign}${m}:${s}`;
}

/** A short duration in words of the language: "38 sec", "4 min 7 sec", "1 hr 2 min". */
export function duration(locale: string, ms: number): string {
  const total = Math.round(ms / 1000);
  const unit = (value: number, name: 'hour' | 'minute' | 'second'): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
  const h = Math.floor(total / 3600);
  const m = Math.floor(total / 60) % 60;
  const s = total % 60;
  if (h > 0) return m > 0 ? `${unit(h, 'hour')} ${unit(m, 'minute')}` : unit(h, 'hour');
  if (m > 0) return s > 0 ? `${unit(m, 'minute')} ${unit(s, 'second')}` : unit(m, 'minute');
  return unit(s, 'second');
}

/** Seconds with one decimal below ten, "3.4 sec"; for latencies where a second matters. */
export function latency(locale: string, ms: number): string {
  const seconds = ms / 1000;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    maximumFractionDigits: seconds < 10 ? 1 : 0,
  }).format(seconds);
}

/** Name of a language in the page's language: "Danish", "dansk". The tag itself when the browser knows none. */
export function languageName(locale: string, tag: string): string {
  try {
    const name = new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' }).of(tag);
    return name === undefined ? tag : name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
  } catch {
    return tag;
  }
}
