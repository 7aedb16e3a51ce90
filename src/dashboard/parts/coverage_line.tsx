// What every figure of the opportunity lens rests on: how many conversations have words, known speakers and a score, and how many are incomplete.
import { api } from '../base/api';
import { sharedQuery, type Filters } from '../base/filters';
import { useRead } from '../base/hooks';
import { href, queryText } from '../base/route';
import { figureText, restsOn } from '../base/show';
import type { Coverage } from '../base/types';
import { meaning, t, term } from '../i18n';

const SHARES = ['transcript_share', 'role_share', 'scored_share'] as const;

export function CoverageLine({ filters }: { filters: Filters }) {
  const query = queryText({ from: filters.from, to: filters.to, queue: filters.queue, channel: filters.channel });
  const read = useRead(query, (signal) => api.coverage(query, signal));
  return (
    <div class="coverage" data-coverage aria-busy={read.loading}>
      {read.error !== null && <p class="quiet">{t('coverage.failed')}</p>}
      {read.data !== null && <Shares data={read.data} filters={filters} />}
    </div>
  );
}

function Shares({ data, filters }: { data: Coverage; filters: Filters }) {
  const { totals } = data;
  const listOf = (more: Record<string, string>): string => href('conversations', { ...sharedQuery({ ...filters, language: '' }), ...more });
  return (
    <>
      <dl>
        {SHARES.map((name) => (
          <div key={name} data-figure={name} title={meaning('figure', name)}>
            <dt>{term('figure', name)}</dt>
            <dd data-value={totals[name].value ?? undefined}>
              {figureText(totals[name])} <span class="quiet">{restsOn(totals[name])}</span>
            </dd>
          </div>
        ))}
        <div data-figure="incomplete" title={t('coverage.incomplete.text')}>
          <dt>{t('coverage.incomplete')}</dt>
          <dd data-value={totals.incomplete.value ?? undefined}>
            {(totals.incomplete.value ?? 0) > 0 ? <a href={listOf({ incomplete: 'true' })}>{figureText(totals.incomplete)}</a> : figureText(totals.incomplete)}{' '}
            {(totals.waiting.value ?? 0) > 0 && <span class="quiet">{t('coverage.waiting', { n: totals.waiting.value ?? 0 })}</span>}
          </dd>
        </div>
      </dl>
      {(totals.derived_share.value ?? 0) > 0 && (
        <p class="quiet">
          <a href={listOf({ derived: 'true' })}>{t('coverage.derived', { share: figureText(totals.derived_share) })}</a>
        </p>
      )}
    </>
  );
}
