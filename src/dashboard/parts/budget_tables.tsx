// The budget day by day and, of the last day, half hour by half hour: one free hour does not pay for a full one.
import { sharedQuery, type Filters } from '../base/filters';
import { clock, number, percent } from '../base/format';
import { href } from '../base/route';
import { dayText, instantText } from '../base/time';
import type { Budget, Guess } from '../base/types';
import { formatLocale, t, term } from '../i18n';
import { signedSeconds, whyText } from './budget_cards';

function Cell({ guess, text }: { guess: Guess; text: (value: number) => string }) {
  return (
    <td class="num" data-null={guess.value === null ? true : undefined} title={guess.value === null ? whyText(guess.hidden) : undefined}>
      {guess.value === null ? '–' : text(guess.value)}
    </td>
  );
}

export function BudgetTables(props: { data: Budget; filters: Filters; dayName: (day: string) => string }) {
  const { data } = props;
  const tag = formatLocale();
  const share = (value: number): string => percent(tag, value);
  const seconds = (value: number): string => clock(value * 1000);
  const listOf = (day: string): string => href('conversations', { ...sharedQuery(props.filters), from: day, to: day, channel: 'voice', language: '' });
  const halves = lastDay(data);
  const head = [t('budget.calls'), term('figure', 'aht'), t('budget.expected'), t('budget.observed'), t('budget.per_call')];
  return (
    <>
      <section class="panel" aria-labelledby="days-title">
        <h2 id="days-title">{t('budget.days')}</h2>
        <div class="scroll" tabIndex={0} role="region" aria-label={t('budget.days')}>
          <table class="plain">
            <Head first={t('interval.day')} names={head} />
            <tbody>
              {data.days.map((day) => (
                <tr key={day.day} data-day={day.day}>
                  <th scope="row">
                    <a href={listOf(day.day)}>{props.dayName(day.day)}</a>
                  </th>
                  <td class="num">{number(tag, day.calls)}</td>
                  <Cell guess={day.aht} text={seconds} />
                  <Cell guess={day.expected} text={share} />
                  <Cell guess={day.observed} text={share} />
                  <Cell guess={day.budget} text={signedSeconds} />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <section class="panel" aria-labelledby="halves-title">
        <h2 id="halves-title">{t('budget.halves', { day: dayText(tag, data.to) })}</h2>
        {halves.length === 0 && <p class="quiet">{t('budget.why.no_calls')}</p>}
        <div class="scroll" tabIndex={0} role="region" aria-label={t('budget.halves', { day: dayText(tag, data.to) })} hidden={halves.length === 0}>
          <table class="plain">
            <Head first={t('interval.half_hour')} names={[t('budget.agents'), ...head]} />
            <tbody>
              {halves.map((half) => (
                <tr key={half.start}>
                  <th scope="row">{instantText(tag, half.start, data.time_zone, { weekday: undefined, day: undefined, month: undefined, hour: '2-digit', minute: '2-digit' })}</th>
                  <Cell guess={half.agents} text={(value) => number(tag, value, Number.isInteger(value) ? 0 : 1)} />
                  <td class="num">{number(tag, half.calls)}</td>
                  <Cell guess={half.aht} text={seconds} />
                  <Cell guess={half.expected} text={share} />
                  <Cell guess={half.observed} text={share} />
                  <Cell guess={half.budget} text={signedSeconds} />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  );
}

/** The half hours of the last day asked for: those that have a budget of their own. */
function lastDay(data: Budget): Budget['intervals'] {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: data.time_zone });
  return data.intervals.filter((half) => day.format(new Date(half.start)) === data.to);
}

function Head({ first, names }: { first: string; names: readonly string[] }) {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {names.map((name) => (
          <th key={name} scope="col" class="num">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
