// Days that say something else than when they were closed: told above the figures, never changed silently.
import { sharedQuery, type Filters } from '../base/filters';
import { number } from '../base/format';
import { href } from '../base/route';
import { dayText, instantText } from '../base/time';
import type { Restated } from '../base/types';
import { formatLocale, t } from '../i18n';

/** "+3", "−1", "±0". */
function signed(value: number): string {
  if (value === 0) return '±0';
  return `${value > 0 ? '+' : '−'}${number(formatLocale(), Math.abs(value))}`;
}

export function RestatedDays(props: { days: readonly Restated[]; zone: string; filters: Filters }) {
  const { days } = props;
  if (days.length === 0) return null;
  const tag = formatLocale();
  return (
    <details class="restated" data-restated={days.length}>
      <summary>{t('restated.title', { n: days.length })}</summary>
      <p class="quiet">{t('restated.text')}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={t('restated.title', { n: days.length })}>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{t('interval.day')}</th>
              <th scope="col">{t('restated.changed')}</th>
              <th scope="col" class="num">
                {t('list.title')}
              </th>
              <th scope="col" class="num">
                {t('overview.entries')}
              </th>
              <th scope="col" class="num">
                {t('restated.scored')}
              </th>
              <th scope="col">{t('restated.at')}</th>
            </tr>
          </thead>
          <tbody>
            {days.map((entry) => (
              <tr key={entry.day} data-day={entry.day}>
                <th scope="row">
                  <a href={href('conversations', { ...sharedQuery(props.filters), from: entry.day, to: entry.day })}>{dayText(tag, entry.day)}</a>
                </th>
                <td>{t(`restated.${entry.changed}`)}</td>
                <td class="num">{signed(entry.conversations)}</td>
                <td class="num">{signed(entry.offered)}</td>
                <td class="num">{signed(entry.scored)}</td>
                <td>{instantText(tag, entry.at, props.zone)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
