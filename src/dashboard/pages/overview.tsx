// Overview: both lenses side by side, over time and by queue, each number with what it rests on.
import { api } from '../base/api';
import { intervalFor, overviewQuery, readFilters, sharedQuery, type Filters } from '../base/filters';
import { EFFICIENCY, OPPORTUNITY } from '../base/figures';
import { useRead, useTitle } from '../base/hooks';
import { fourWeeksTo } from '../base/interval';
import { href, queryText, type Route } from '../base/route';
import { thresholdText } from '../base/show';
import { daysBetween, dayText, rangeText } from '../base/time';
import type { Choices, Overview } from '../base/types';
import { formatLocale, t, term } from '../i18n';
import { FilterBar, periodOf } from '../parts/filter_bar';
import { LensPanel } from '../parts/lens_panel';
import { QueueTable } from '../parts/queue_table';
import { RestatedDays } from '../parts/restated';
import { ResultsTable } from '../parts/results_table';
import { Empty, Failure, Loading } from '../parts/states';

export function OverviewPage(props: { route: Route; choices: Choices }) {
  useTitle(t('overview.title'));
  const asked = readFilters(props.route.query);
  const period = periodOf(asked, props.choices);
  const interval = asked.interval !== '' ? asked.interval : intervalFor(daysBetween(period.from, period.to) + 1);
  const query = queryText({ ...overviewQuery(asked), ...period, interval });
  const read = useRead(query, (signal) => api.overview(query, signal));
  const change = (wanted: Partial<Filters>): void => {
    location.hash = href('overview', { ...overviewQuery(asked), ...shownQuery(props.route), ...overviewQuery({ ...asked, ...wanted }) });
  };
  const show = (lens: string, figure: string): void => {
    location.hash = href('overview', { ...overviewQuery(asked), ...shownQuery(props.route), [lens]: figure });
  };
  const { data } = read;
  return (
    <div class="page overview" aria-busy={read.loading}>
      <header class="page-head">
        <h1>{t('overview.title')}</h1>
        <p class="page-sub">{rangeText(formatLocale(), period.from, period.to)}</p>
      </header>
      <FilterBar filters={asked} choices={props.choices} period={period} change={change} />
      {read.error !== null && <Failure error={read.error} again={read.again} />}
      {data === null && read.loading && <Loading />}
      {data !== null && (hasAny(data) ? <Lenses data={data} route={props.route} asked={asked} show={show} /> : <Nothing choices={props.choices} asked={asked} />)}
    </div>
  );
}

/** Which figure each chart shows; part of the address too. */
function shownQuery(route: Route): Record<string, string> {
  return { efficiency: route.query.get('efficiency') ?? '', opportunity: route.query.get('opportunity') ?? '' };
}

function hasAny(data: Overview): boolean {
  const { efficiency, opportunity } = data.totals;
  return (efficiency.offered.value ?? 0) > 0 || (efficiency.handled.value ?? 0) > 0 || (opportunity.conversations.value ?? 0) > 0;
}

interface LensesProps {
  data: Overview;
  route: Route;
  asked: Filters;
  show: (lens: string, figure: string) => void;
}

function Lenses({ data, route, asked, show }: LensesProps) {
  const shown = shownQuery(route);
  const filters = { ...asked, from: data.from, to: data.to };
  const pick = (all: typeof EFFICIENCY, name: string | undefined) => all.find((info) => info.name === name) ?? all[0];
  const efficiency = pick(EFFICIENCY, shown['efficiency']);
  const opportunity = pick(OPPORTUNITY, shown['opportunity']);
  return (
    <>
      <RestatedDays days={data.restated} zone={data.time_zone} filters={filters} />
      <div class="lenses">
        {efficiency !== undefined && (
          <LensPanel lens="efficiency" infos={EFFICIENCY} shown={efficiency} data={data} filters={filters} show={(name) => show('efficiency', name)} />
        )}
        {opportunity !== undefined && (
          <LensPanel lens="opportunity" infos={OPPORTUNITY} shown={opportunity} data={data} filters={filters} show={(name) => show('opportunity', name)} />
        )}
      </div>
      <QueueTable data={data} filters={filters} />
      <ResultsTable filters={filters} />
      <footer class="page-foot">
        <p>
          {t('overview.variant', {
            variant: term('variant', data.variant.service_level),
            threshold: thresholdText(data.variant.threshold_s),
            scorer: data.variant.scorer ?? t('figure.not_measured'),
          })}{' '}
          {data.time_zone}.
        </p>
        {asked.language !== '' && <p>{t('filter.language.note')}</p>}
      </footer>
    </>
  );
}

function Nothing({ choices, asked }: { choices: Choices; asked: Filters }) {
  if (choices.first_day === null || choices.last_day === null) {
    return <Empty title={t('overview.empty')}>{<p>{t('overview.empty.none')}</p>}</Empty>;
  }
  const tag = formatLocale();
  const hint = t('overview.empty.hint', { from: dayText(tag, choices.first_day), to: dayText(tag, choices.last_day) });
  const query = { ...sharedQuery(asked), ...fourWeeksTo(choices.last_day), queue: '', channel: '', language: '' };
  return (
    <Empty title={t('overview.empty')}>
      <p>{hint}</p>
      <a class="button" href={href('overview', query)}>
        {t('overview.show_stored')}
      </a>
    </Empty>
  );
}
