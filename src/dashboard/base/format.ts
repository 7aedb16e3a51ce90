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
