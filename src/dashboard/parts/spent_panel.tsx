// The budget that was spent: how much longer calls became, in which use of the dialogue the seconds lie, and whether fewer customers came back.
import { clock, percent } from '../base/format';
import { figureText, restsOn, trustText } from '../base/show';
import { dayText } from '../base/time';
import type { Budget, Spent } from '../base/types';
import { formatLocale, t, term } from '../i18n';
import { signedSeconds } from './budget_cards';
import { useName } from './use_bar';

function Row({ name, spent, strong }: { name: string; spent: Spent; strong?: boolean }) {
  const text = (value: number | null): string => (value === null ? '–' : clock(value * 1000));
  return (
    <tr class={strong === true ? 'strong' : undefined}>
      <th scope="row">{name}</th>
      <td class="num">{text(spent.former)}</td>
      <td class="num">{text(spent.present)}</td>
      <td class="num">{spent.value === null ? '–' : signedSeconds(spent.value)}</td>
    </tr>
  );
}

/** Whether the change of repeat contacts is more than chance. */
function verdict({ repeat_rate: { change } }: Budget['spent']): string {
  if (change === null) return t('figure.not_measured');
  if (change.interval[1] < 0) return t('budget.repeats.fell');
  return t(change.interval[0] > 0 ? 'budget.repeats.rose' : 'budget.repeats.same');
}

export function SpentPanel({ spent }: { spent: Budget['spent'] }) {
  const tag = formatLocale();
  const repeats = [
    [t('budget.spent.before'), spent.repeat_rate.former],
    [t('budget.spent.now'), spent.repeat_rate.present],
  ] as const;
  return (
    <section class="panel" aria-labelledby="spent-title" data-spent>
      <h2 id="spent-title">{t('budget.spent')}</h2>
      <p class="quiet">{t('budget.spent.note', { from: dayText(tag, spent.from), to: dayText(tag, spent.to) })}</p>
      <div class="spent">
        <div class="scroll" tabIndex={0} role="region" aria-label={t('budget.spent')}>
          <table class="plain">
            <thead>
              <tr>
                {[t('budget.spent.a_call'), t('budget.spent.before'), t('budget.spent.now'), t('budget.spent.change')].map((name, i) => (
                  <th key={name} scope="col" class={i > 0 ? 'num' : undefined}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              <Row name={term('figure', 'aht')} spent={spent.aht} strong />
              {Object.entries(spent.uses).map(([name, use]) => (
                <Row key={name} name={useName(name)} spent={use} />
              ))}
            </tbody>
          </table>
        </div>
        <div>
          <h3>{term('figure', 'repeat_rate')}</h3>
          <dl class="repeats">
            {repeats.map(([name, figure]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <b>{figureText(figure)}</b> <span class="quiet">{[restsOn(figure), trustText(figure)].filter((text) => text !== '').join(' · ')}</span>
                </dd>
              </div>
            ))}
          </dl>
          <p>{verdict(spent)}</p>
          {spent.break_even.value !== null && <p>{t('budget.repeats.need', { share: percent(tag, spent.break_even.value) })}</p>}
        </div>
      </div>
    </section>
  );
}
