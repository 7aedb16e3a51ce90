// Survey answers and outcomes as the native message has them, in words. Total: what is not there is not said.
import { formatLocale, term } from '../i18n';
import { number } from './format';

type Loose = Record<string, unknown>;

function scale(name: string, value: unknown): string[] {
  if (typeof value === 'number') return [`${name} ${value}`];
  if (typeof value !== 'object' || value === null) return [];
  const { score, min, max } = value as Loose;
  if (typeof score !== 'number') return [];
  const range = typeof min === 'number' && typeof max === 'number' ? ` (${min}–${max})` : '';
  return [`${name} ${score}${range}`];
}

/** "NPS 9 · CSAT 4 (1–5)"; "" when nothing was answered. */
export function surveyText(survey: Loose): string {
  return [...scale('NPS', survey['nps']), ...scale('CSAT', survey['csat']), ...scale('CES', survey['ces'])].join(' · ');
}

/** An amount in a currency's minor unit, "1,200.00 DKK" in the manner of the language. */
function money(minor: unknown, currency: unknown): string {
  if (typeof minor !== 'number' || typeof currency !== 'string') return '';
  try {
    const format = new Intl.NumberFormat(formatLocale(), { style: 'currency', currency, currencyDisplay: 'code' });
    return ` ${format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))}`;
  } catch {
    return ` ${number(formatLocale(), minor)} ${currency}`;
  }
}

/** "Resolved · Sold DKK 1,200.00"; a plain "no" is said too, the unknown is not. */
export function outcomeText(outcome: Loose): string {
  const said: string[] = [];
  for (const name of ['resolved', 'churned', 'winback']) {
    const value = outcome[name];
    if (value === true || value === 'yes' || value === 1) said.push(term('outcome', name));
    if (value === false || value === 'no' || value === 0) said.push(term('outcome', `not_${name}`));
  }
  const { sold } = outcome;
  if (sold === true || sold === 1) said.push(term('outcome', 'sold') + money(outcome['amount_minor'], outcome['currency']));
  return said.join(' · ');
}
