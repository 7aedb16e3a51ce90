// Percentiles and longest waits: what an average hides.
import { clock, number } from '../base/format';
import type { Percentiles } from '../base/types';
import { formatLocale, t, term } from '../i18n';

const COLUMNS = [
  ['p50', 'keys.median'],
  ['p90', 'keys.p90'],
  ['p95', 'keys.p95'],
  ['longest', 'keys.longest'],
] as const;

export function WaitTable({ waits, counted }: { waits: Record<string, Percentiles>; counted: string }) {
  return (
    <section class="panel" aria-labelledby="waits-title">
      <h2 id="waits-title">{t('keys.waits')}</h2>
      <p class="quiet">
        {t('keys.waits.note')} {counted}
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label={t('keys.waits')}>
        <table class="plain">
          <thead>
            <tr>
              <td />
              {COLUMNS.map(([name, key]) => (
                <th key={name} scope="col" class="num">
                  {t(key)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(waits).map(([name, wait]) => (
              <tr key={name} data-figure={name}>
                <th scope="row">
                  {term('figure', name)}
                  <span class="cell-base">{number(formatLocale(), wait.n)}</span>
                </th>
                {COLUMNS.map(([column]) => (
                  <td key={column} class="num" data-null={wait[column] === null ? true : undefined}>
                    {wait[column] === null ? '–' : clock(wait[column] * 1000)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
