// The AHT budget: how many seconds longer the calls of a queue may be; hidden with its reason where it cannot be believed; and where seconds went.
import { api } from '../base/api';
import { readFilters, sharedQuery, type Filters } from '../base/filters';
import { number, percent } from '../base/format';
import { useRead, useTitle } from '../base/hooks';
import { href, queryText, type Route } from '../base/route';
import { thresholdText } from '../base/show';
import { addDays, dayText, daysBetween, rangeText } from '../base/time';
import type { Budget, Choices } from '../base/types';
import { formatLocale, t } from '../i18n';
import { BudgetCards, guessText, signedSeconds } from '../parts/budget_cards';
import { BudgetTables } from '../parts/budget_tables';
import { FilterBar, periodOf } from '../parts/filter_bar';
import { SpentPanel } from '../parts/spent_panel';
import { Empty, Failure, Loading } from '../parts/states';

/** Days that one budget may be of. */
const MOST_DAYS = 31;

export function BudgetPage(props: { route: Route; choices: Choices }) {
  useTitle(t('nav.budget'));
  const { choices } = props;
  const asked = readFilters(props.route.query);
  const voice = choices.queues.filter(({ channels }) => channels.includes('voice'));
  const queue = asked.queue !== '' ? asked.queue : (voice[0]?.queue ?? '');
  const unspoken = choices.queues.some((one) => one.queue === queue) && !voice.some((one) => one.queue === queue);
  const wide = periodOf(asked, choices);
  const week = asked.from === '' ? addDays(wide.to, -6) : wide.from;
  const from = daysBetween(week, wide.to) + 1 > MOST_DAYS ? addDays(wide.to, 1 - MOST_DAYS) : week;
  const period = { from, to: wide.to };
  const query = queryText({ queue, ...period });
  const change = (wanted: Partial<Filters>): void => {
    location.hash = href('budget', sharedQuery({ ...asked, ...wanted }));
  };
  return (
    <div class="page budget">
      <header class="page-head">
        <h1>{t('budget.title')}</h1>
        <p class="page-sub">{rangeText(formatLocale(), period.from, period.to)}</p>
      </header>
      <FilterBar filters={{ ...asked, queue }} choices={{ ...choices, queues: voice }} period={period} change={change} without={['channel', 'language', 'interval']} />
      <p class="quiet lead">{t('budget.lead')}</p>
      {queue === '' || unspoken ? <Empty title={t(unspoken ? 'budget.no_voice' : 'budget.pick', { queue })} /> : <Read key={query} query={query} filters={{ ...asked, queue, ...period }} />}
    </div>
  );
}

function Read({ query, filters }: { query: string; filters: Filters }) {
  const read = useRead(query, (signal) => api.budget(query, signal));
  if (read.error !== null) return <Failure error={read.error} again={read.again} />;
  if (read.data === null) return <Loading />;
  return <Sections data={read.data} filters={filters} />;
}

function Sections({ data, filters }: { data: Budget; filters: Filters }) {
  const tag = formatLocale();
  const { fit } = data;
  return (
    <>
      <section class="panel" aria-labelledby="budget-title">
        <h2 id="budget-title">
          {data.queue}: {data.total.budget.value === null ? t('budget.hidden') : signedSeconds(data.total.budget.value)}
        </h2>
        <BudgetCards total={data.total} />
        <p class="quiet">
          {t('budget.target', {
            target: guessText(data.target, (value) => percent(tag, value, 0)),
            threshold: thresholdText(data.threshold_s),
            patience: guessText(data.patience, (value) => `${number(tag, value)} s`),
          })}{' '}
          {fit !== null && t('budget.fit', { n: fit.intervals, bias: percent(tag, fit.bias), misfit: percent(tag, fit.misfit) })} {t('budget.staffing', { states: data.staffing.states, plan: data.staffing.plan })} {t('budget.limits')}{' '}
          <a href={href('conversations', { ...sharedQuery(filters), channel: 'voice', language: '' })}>{t('overview.open')}</a>
        </p>
      </section>
      <SpentPanel spent={data.spent} />
      <BudgetTables data={data} filters={filters} dayName={(day) => dayText(tag, day, { weekday: 'short', year: undefined })} />
    </>
  );
}
