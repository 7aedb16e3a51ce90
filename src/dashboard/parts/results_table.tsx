// Figures against their targets, a row a queue or team: reached or not in a sign and a word, never in colour alone, and on how many days.
import { api } from '../base/api';
import { EFFICIENCY, OPPORTUNITY } from '../base/figures';
import { sharedQuery, type Filters } from '../base/filters';
import { useRead } from '../base/hooks';
import { href, queryText } from '../base/route';
import { figureText, valueText } from '../base/show';
import { instantText } from '../base/time';
import type { Result, Results } from '../base/types';
import { formatLocale, meaning, t, term } from '../i18n';

export function ResultsTable({ filters }: { filters: Filters }) {
  const query = queryText({ from: filters.from, to: filters.to, queue: filters.queue, channel: filters.channel });
  const read = useRead(query, (signal) => api.results(query, signal));
  if (read.data === null) return read.error === null ? <div aria-busy="true" /> : <p class="quiet">{t('results.failed')}</p>;
  if (read.data.queues.length + read.data.teams.length === 0) return null;
  return <Table data={read.data} filters={filters} />;
}

function Table({ data, filters }: { data: Results; filters: Filters }) {
  const known: string[] = [...EFFICIENCY, ...OPPORTUNITY].map((info) => info.name);
  const place = (figure: string): number => (known.includes(figure) ? known.indexOf(figure) : known.length);
  const figures = [...new Set([...data.queues, ...data.teams].map((result) => result.figure))].sort((a, b) => place(a) - place(b));
  const group = (title: string, results: readonly Result[], link: boolean) => {
    const names = [...new Set(results.map((result) => result.name))];
    return names.length === 0 ? null : (
      <tbody>
        <tr class="results-group">
          <th scope="rowgroup" colSpan={figures.length + 1}>
            {title}
          </th>
        </tr>
        {names.map((name) => (
          <tr key={name} data-result={name}>
            <th scope="row">{link ? <a href={href('overview', sharedQuery({ ...filters, queue: name }))}>{name}</a> : name}</th>
            {figures.map((figure) => (
              <Cell key={figure} figure={figure} result={results.find((one) => one.name === name && one.figure === figure)} />
            ))}
          </tr>
        ))}
      </tbody>
    );
  };
  return (
    <section class="results" aria-labelledby="results-title">
      <header class="section-head">
        <div>
          <h2 id="results-title">{t('results.title')}</h2>
          <p class="quiet">{t('results.note')}</p>
        </div>
      </header>
      <table class="queue-table result-table">
        <thead>
          <tr>
            <td />
            {figures.map((figure) => (
              <th key={figure} scope="col" title={meaning('figure', figure)}>
                {term('figure', figure)}
              </th>
            ))}
          </tr>
        </thead>
        {group(t('results.queues'), data.queues, true)}
        {group(t('results.teams'), data.teams, false)}
      </table>
      {data.teams.length > 0 && data.teams_counted !== null && (
        <p class="quiet">{t('results.teams.note', { n: data.group_min, at: instantText(formatLocale(), data.teams_counted, data.time_zone) })}</p>
      )}
    </section>
  );
}

function Cell({ figure, result }: { figure: string; result: Result | undefined }) {
  if (result === undefined) return <td class="no-target" data-label={term('figure', figure)} aria-label={t('results.none')} />;
  const { result: found, reached } = result;
  const sign = reached === null ? '' : reached ? '✓' : '✗';
  return (
    <td data-label={term('figure', figure)} data-reached={reached ?? undefined}>
      <span class="cell-value" data-value={found?.value ?? undefined}>
        {found === null ? t('results.hidden') : figureText(found)}
        {reached !== null && (
          <span class="result-sign" role="img" aria-label={t(reached ? 'results.reached' : 'results.missed')}>
            {sign}
          </span>
        )}
      </span>
      <span class="cell-base">{t(result.less_is_better ? 'results.most' : 'results.least', { target: targetText(result) })}</span>
      {result.days !== null && result.days > 1 && <span class="cell-base">{t('results.days', { n: result.days, reached: result.days_reached ?? 0 })}</span>}
    </td>
  );
}

/** A target in its figure's unit: shares without needless decimals. */
function targetText({ figure, result, target }: Result): string {
  const unit = result?.unit ?? UNITS[figure] ?? 'ratio';
  if (unit !== 'ratio') return valueText(target, unit);
  return new Intl.NumberFormat(formatLocale(), { style: 'percent', maximumFractionDigits: 1 }).format(target);
}

/** Units of figures of teams, whose result may be hidden. */
const UNITS: Record<string, 's' | 'index'> = { aht: 's', index: 'index' };
