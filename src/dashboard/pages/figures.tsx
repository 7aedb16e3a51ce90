// Key figures: every figure of a period with what it rests on, its interval, its definition beside it, and a way to its conversations.
import { api } from '../base/api';
import { readFilters, sharedQuery, type Filters } from '../base/filters';
import { useRead, useTitle } from '../base/hooks';
import { href, queryText, type Route } from '../base/route';
import { instantText, rangeText } from '../base/time';
import type { Choices, KeyFigures, Lens } from '../base/types';
import { formatLocale, t, term } from '../i18n';
import { CoverageLine } from '../parts/coverage_line';
import { FigureTable, type FigureRow } from '../parts/figure_table';
import { FilterBar, periodOf } from '../parts/filter_bar';
import { Quadrants } from '../parts/quadrants';
import { Failure, Loading } from '../parts/states';
import { UseBar } from '../parts/use_bar';
import { WaitTable } from '../parts/wait_table';
import { WorthTable } from '../parts/worth_table';

/** What stands above and below the line of each service level: the same signs in every language. */
const FORMULAS: Record<string, string> = {
  answered_only: 'A(T) / A',
  abandons_in_denominator: 'A(T) / (A + B)',
  minus_short_abandons: 'A(T) / (A + B − S)',
  plus_flowouts: 'A(T) / (A + B + F)',
  abandoned_ignored: 'A(T) / (A + B − B(T))',
  abandoned_negative: 'A(T) / (A + B)',
  abandoned_positive: '(A(T) + B(T)) / (A + B)',
};

export function FiguresPage(props: { route: Route; choices: Choices }) {
  useTitle(t('nav.figures'));
  const asked = readFilters(props.route.query);
  const period = periodOf(asked, props.choices);
  const query = queryText({ ...period, queue: asked.queue, channel: asked.channel });
  const read = useRead(query, (signal) => api.figures(query, signal));
  const change = (wanted: Partial<Filters>): void => {
    location.hash = href('figures', sharedQuery({ ...asked, ...wanted }));
  };
  const { data } = read;
  return (
    <div class="page figures" aria-busy={read.loading}>
      <header class="page-head">
        <h1>{t('nav.figures')}</h1>
        <p class="page-sub">{rangeText(formatLocale(), period.from, period.to)}</p>
      </header>
      <FilterBar filters={asked} choices={props.choices} period={period} change={change} without={['language', 'interval']} />
      <p class="quiet lead">{t('keys.lead')}</p>
      {read.error !== null && <Failure error={read.error} again={read.again} />}
      {data === null && read.loading && <Loading />}
      {data !== null && <Sections data={data} filters={{ ...asked, ...period, language: '' }} />}
    </div>
  );
}

/** Rows of a lens; list is what the conversations behind each are filtered by. */
function rowsOf(lens: Lens, names: readonly string[], list: Record<string, string> = {}): FigureRow[] {
  return names.flatMap((name) => (lens[name] === undefined ? [] : [{ name, figure: lens[name], list }]));
}

function Sections({ data, filters }: { data: KeyFigures; filters: Filters }) {
  const levels = Object.entries(data.service_level).map(([name, figure]) => ({
    name,
    figure,
    title: term('variant', name),
    text: FORMULAS[name] ?? '',
    on: name === data.variant.service_level,
    list: {},
  }));
  const scored = { scored: 'true' };
  const people = [
    ...rowsOf(data.acknowledgement, ['word_for_word_share'], scored),
    ...rowsOf(data.retention, ['attempt_share', 'save_rate', 'save_rate_attempted'], scored),
  ];
  return (
    <>
      <div class="figure-grid">
        <div class="figure-column ink">
          <FigureTable
            id="levels"
            title={t('keys.sl')}
            note={t('keys.sl.note', { variant: term('variant', data.variant.service_level) })}
            rows={levels}
            filters={filters}
          />
          <WaitTable waits={data.waits} counted={countedText(data, 'histograms')} />
          <FigureTable
            id="service"
            title={t('keys.service')}
            rows={rowsOf(data.service, ['flow_out_rate', 'short_abandon_share', 'average_wait_abandoned', 'hold_share', 'average_hold_held', 'wrap_ratio'])}
            filters={filters}
          />
          <FigureTable
            id="staff"
            title={t('keys.staff')}
            note={t('keys.staff.note')}
            rows={rowsOf(data.staff, ['occupancy', 'contacts_per_hour', 'pause_share', 'signed_in_hours'])}
            filters={filters}
          />
        </div>
        <div class="figure-column rose">
          <section class="panel" aria-labelledby="coverage-title">
            <h2 id="coverage-title">{t('coverage.title')}</h2>
            <CoverageLine filters={filters} />
          </section>
          <Quadrants lens={data.quadrant} filters={filters} counted={countedText(data, 'quadrants')} />
          <UseBar lens={data.use} counted={countedText(data, 'uses')} />
          <FigureTable id="people" title={t('keys.people')} rows={people} filters={filters} note={countedText(data, 'acknowledgements')} />
        </div>
      </div>
      <WorthTable worth={data.worth} filters={filters} counted={countedText(data, 'worth')} />
      <div class="figure-grid">
        <FigureTable
          id="outcome"
          title={t('keys.outcome')}
          rows={rowsOf(data.outcome, ['nps', 'csat_top_share', 'csat_mean', 'ces_mean', 'resolved_share', 'churn_rate', 'winback_rate', 'sold_share'])}
          filters={filters}
        />
        <div class="figure-column">
          {Object.entries(data.repeat).map(([days, lens]) => (
            <FigureTable
              key={days}
              id={`repeat-${days}`}
              title={`${t('keys.repeat')}: ${t('keys.window', { n: Number(days) }).toLocaleLowerCase(formatLocale())}`}
              note={`${t('keys.repeat.note')} ${countedText(data, 'repeats')}`}
              rows={rowsOf(lens, ['fcr', 'fcr_queue', 'fcr_voice', 'repeat_rate'])}
              filters={filters}
            />
          ))}
        </div>
      </div>
    </>
  );
}

/** When a nightly count was made. */
function countedText(data: KeyFigures, name: string): string {
  const at = data.counted[name] ?? null;
  return at === null ? t('keys.never') : t('keys.counted', { at: instantText(formatLocale(), at, data.time_zone) });
}
