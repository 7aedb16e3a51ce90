// Both lenses on the same row, by queue, with the sums behind each number. On a phone each queue is a block of two columns.
import { sharedQuery, type Filters } from '../base/filters';
import { figureOf, type FigureInfo } from '../base/figures';
import { href, queryText } from '../base/route';
import { baseOf, figureText } from '../base/show';
import type { Lenses, Overview } from '../base/types';
import { t, term } from '../i18n';

const INK: readonly FigureInfo[] = (['offered', 'service_level', 'asa', 'aht'] as const).map((name) => ({
  name,
  lens: 'efficiency',
  scale: 'open',
  list: {},
}));
const ROSE: readonly FigureInfo[] = (
  [
    ['index', { scored: 'true' }],
    ['explored_share', { scored: 'true' }],
    ['missed_share', { missed: 'true' }],
    ['acknowledged_share', { scored: 'true' }],
  ] as const
).map(([name, list]) => ({ name, lens: 'opportunity', scale: 'open', list }));

export function QueueTable({ data, filters }: { data: Overview; filters: Filters }) {
  const csv = `v1/overview${queryText({ ...sharedQuery(filters), interval: data.interval, table: 'queues', format: 'csv' })}`;
  return (
    <section class="queues" aria-labelledby="queues-title">
      <header class="section-head">
        <div>
          <h2 id="queues-title">{t('overview.by_queue')}</h2>
          <p class="quiet">{t('overview.by_queue.note')}</p>
        </div>
        <a class="more" href={csv} download="queues.csv">
          {t('overview.csv')}
        </a>
      </header>
      <table class="queue-table">
        <thead>
          <tr>
            <td />
            <th scope="colgroup" colSpan={INK.length} class="group ink">
              {t('lens.efficiency')}
            </th>
            <th scope="colgroup" colSpan={ROSE.length} class="group rose">
              {t('lens.opportunity')}
            </th>
          </tr>
          <tr>
            <th scope="col">{t('filter.queue')}</th>
            {[...INK, ...ROSE].map((info) => (
              <th key={info.name} scope="col" class={`num ${info.lens}`}>
                {term('figure', info.name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.queues.map((entry) => (
            <Row key={entry.queue ?? ''} name={entry.queue} lenses={entry} filters={{ ...filters, queue: entry.queue ?? '' }} />
          ))}
        </tbody>
        {data.queues.length > 1 && (
          <tfoot>
            <Row name={t('overview.total')} lenses={data.totals} filters={filters} />
          </tfoot>
        )}
      </table>
    </section>
  );
}

function Row(props: { name: string | null; lenses: Lenses; filters: Filters }) {
  const query = sharedQuery(props.filters);
  return (
    <tr>
      <th scope="row">{props.name === null ? t('overview.no_queue') : <a href={href('conversations', query)}>{props.name}</a>}</th>
      {[...INK, ...ROSE].map((info) => {
        const figure = figureOf(props.lenses, info);
        return (
          <td key={info.name} class={`num ${info.lens}`} data-label={term('figure', info.name)} data-null={figure.value === null ? true : undefined}>
            <span class="cell-value">{figureText(figure)}</span>
            <span class="cell-base">{baseOf(props.lenses, info)}</span>
          </td>
        );
      })}
    </tr>
  );
}
