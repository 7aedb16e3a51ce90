// The budget in four numbers, each with what it means; a number that is hidden says why.
import { number, percent } from '../base/format';
import type { BudgetSum, Guess } from '../base/types';
import { formatLocale, t } from '../i18n';
import type { Key } from '../i18n/en';
import { en } from '../i18n/en';

/** "+29 s", "−11 s". */
export function signedSeconds(value: number): string {
  return new Intl.NumberFormat(formatLocale(), { style: 'unit', unit: 'second', unitDisplay: 'short', maximumFractionDigits: 0, signDisplay: 'exceptZero' }).format(value);
}

/** Why a number is hidden, in a sentence. */
export function whyText(hidden: string | undefined): string {
  const key = `budget.why.${hidden ?? 'other'}`;
  return t(key in en ? (key as Key) : 'budget.why.other');
}

/** A number, or "not measured" with its reason. */
export function guessText(guess: Guess, text: (value: number) => string): string {
  return guess.value === null ? t('figure.not_measured') : text(guess.value);
}

function Card(props: { name: Key; guess: Guess; text: (value: number) => string; meaning: string; why?: boolean }) {
  const { guess } = props;
  return (
    <div class="budget-card" data-budget={props.name} data-null={guess.value === null ? true : undefined}>
      <dt>{t(props.name)}</dt>
      <dd>
        <b data-value={guess.value ?? undefined}>{guess.value === null ? t('budget.hidden') : props.text(guess.value)}</b>
        <span class="quiet">{guess.value === null && props.why === true ? whyText(guess.hidden) : props.meaning}</span>
        {props.why === true && (guess.hidden === 'no_target' || guess.hidden === 'no_staffing') && <code>{t('budget.how')}</code>}
      </dd>
    </div>
  );
}

export function BudgetCards({ total }: { total: BudgetSum }) {
  const tag = formatLocale();
  const hours = (value: number): string => new Intl.NumberFormat(tag, { style: 'unit', unit: 'hour', unitDisplay: 'short', maximumFractionDigits: 1 }).format(value);
  const share = (value: number): string => percent(tag, value);
  const differs = (guess: Guess): boolean => guess.hidden !== total.budget.hidden; // one reason is said once
  return (
    <dl class="budget-cards">
      <Card name="budget.per_call" guess={total.budget} text={signedSeconds} meaning={t('budget.per_call.text')} why />
      <Card name="budget.cautious" guess={total.cautious} text={signedSeconds} meaning={t('budget.cautious.text')} why={differs(total.cautious)} />
      <Card name="budget.hours" guess={total.dialogue_time} text={hours} meaning={t('budget.hours.text')} why={differs(total.dialogue_time)} />
      <Card name="budget.even" guess={total.break_even} text={share} meaning={t('budget.even.text')} why={differs(total.break_even)} />
      <Card name="budget.expected" guess={total.expected} text={share} meaning={t('budget.per_call.text')} why={differs(total.expected)} />
      <Card name="budget.observed" guess={total.observed} text={share} meaning={`${t('budget.calls')}: ${number(tag, total.calls)}`} why={differs(total.observed)} />
    </dl>
  );
}
