// One lens of the overview: its cards, what came of it, and one figure over time with its definition and its numbers.
import { useMemo, useState } from 'preact/hooks';
import { SeriesChart } from '../charts/series_chart';
import { sharedQuery, type Filters } from '../base/filters';
import { figureOf, type FigureInfo, type LensName } from '../base/figures';
import { slotDays, slotLong, slotShort } from '../base/interval';
import { href } from '../base/route';
import { baseOf, figureText, rangeOf, thresholdText, trustText, valueText } from '../base/show';
import { CHART_LEAST, chartOf, type Chart } from '../base/trust';
import type { Figure, Overview } from '../base/types';
import { formatLocale, meaning, t, term } from '../i18n';
import { CoverageLine } from './coverage_line';
import { OutcomeBars } from './outcome_bars';

interface LensPanelProps {
  lens: LensName;
  infos: readonly FigureInfo[];
  shown: FigureInfo;
  data: Overview;
  filters: Filters;
  show: (name: string) => void;
}

export function LensPanel(props: LensPanelProps) {
  const { lens, data } = props;
  return (
    <section class={`lens ${lens}`} aria-labelledby={`lens-${lens}`}>
      <header class="lens-head">
        <span class="lens-dot" aria-hidden="true" />
        <h2 id={`lens-${lens}`}>{t(`lens.${lens}`)}</h2>
        <p>{t(`lens.${lens}.lead`)}</p>
      </header>
      <div class="cards">
        {props.infos.map((info) => (
          <Card key={info.name} info={info} data={data} on={info === props.shown} show={props.show} />
        ))}
      </div>
      {lens === 'opportunity' && <CoverageLine filters={props.filters} />}
      <OutcomeBars lens={lens} data={data} filters={props.filters} />
      <OverTime {...props} />
    </section>
  );
}

function Card(props: { info: FigureInfo; data: Overview; on: boolean; show: (name: string) => void }) {
  const { info, data } = props;
  const figure = figureOf(data.totals, info);
  return (
    <button
      type="button"
      class="card"
      data-figure={info.name}
      data-null={figure.value === null ? true : undefined}
      aria-pressed={props.on}
      onClick={() => props.show(info.name)}
    >
      <span class="card-name">{term('figure', info.name)}</span>
      <span class="card-value" data-value={figure.value ?? undefined}>
        {figureText(figure)}
      </span>
      <span class="card-base">{baseOf(data.totals, info)}</span>
      {rangeOf(figure) !== '' && (
        <span class="card-base" title={trustText(figure)}>
          {rangeOf(figure)}
        </span>
      )}
    </button>
  );
}

function OverTime({ lens, shown, data, filters }: LensPanelProps) {
  const name = term('figure', shown.name);
  const total = figureOf(data.totals, shown);
  const tag = formatLocale();
  const points = useMemo(
    () =>
      data.series.map((entry) => {
        const figure = figureOf(entry, shown);
        const long = slotLong(tag, entry, data.interval, data.time_zone);
        const base = baseOf(entry, shown);
        const tip = `${long}\n${name}: ${figureText(figure)}${base === '' ? '' : `\n${base}`}`;
        const trust = trustText(figure);
        return { label: slotShort(tag, entry, data.interval, data.time_zone), value: figure.value, tip: trust === '' ? tip : `${tip}\n${trust}` };
      }),
    [data, shown, tag],
  );
  const [asked, ask] = useState(false);
  const chart = useMemo(() => chartOf(points.map((point) => point.value)), [points]);
  const listOf = (index: number): string => {
    const entry = data.series[index];
    const days = entry === undefined ? {} : slotDays(entry, data.time_zone);
    return href('conversations', { ...sharedQuery(filters), ...days, ...shown.list });
  };
  return (
    <div class="over-time">
      <h3>{t('overview.over_time', { figure: name })}</h3>
      <p class="definition">
        {meaning('figure', shown.name)}
        {total.variant !== undefined && (
          <>
            {' '}
            <span class="variant">
              {t('figure.variant')}: {term('variant', total.variant)}, {thresholdText(data.variant.threshold_s)}.
            </span>
          </>
        )}
      </p>
      <SeriesChart
        lens={lens}
        label={chartLabel(name, total, points)}
        points={points}
        scale={shown.scale}
        bars={total.unit === 'count'}
        limits={asked ? chart : null}
        axisText={(value) => axisText(value, total.unit)}
        open={(index) => {
          if (data.series[index] !== undefined) location.hash = listOf(index);
        }}
      />
      <Changing asked={asked} ask={ask} chart={chart} measured={points.filter((point) => point.value !== null).length} unit={total.unit} />
      <div class="over-time-foot">
        <SeriesTable data={data} shown={shown} name={name} listOf={listOf} />
        <a class="more" href={href('conversations', { ...sharedQuery(filters), ...shown.list })}>
          {t('overview.open')}
        </a>
      </div>
    </div>
  );
}

/** Whether the habit is changing: limits in the chart when asked, and the answer in a sentence. */
function Changing(props: { asked: boolean; ask: (on: boolean) => void; chart: Chart | null; measured: number; unit: Figure['unit'] }) {
  const { chart } = props;
  return (
    <div class="changing">
      <label class="check">
        <input type="checkbox" checked={props.asked} onChange={(event) => props.ask(event.currentTarget.checked)} />
        <span>{t('trust.chart')}</span>
      </label>
      {props.asked && (
        <p role="status">{chart === null ? t('trust.few', { n: CHART_LEAST - props.measured }) : changingText(chart, props.measured, props.unit)}</p>
      )}
    </div>
  );
}

function changingText(chart: Chart, measured: number, unit: Figure['unit']): string {
  const found = chart.signals.filter((signal) => signal !== null);
  const top = unit === 'ratio' ? 1 : unit === 'index' ? 100 : Infinity;
  const limits = { low: valueText(Math.max(0, chart.low), unit), high: valueText(Math.min(top, chart.high), unit), base: chart.base };
  if (found.length === 0) return t('trust.steady', { n: measured, ...limits });
  const why = [...new Set(found)].map((signal) => t(`trust.why.${signal}`)).join(', ');
  return `${t('trust.changed', { n: found.length, ...limits })} ${why.charAt(0).toLocaleUpperCase(formatLocale())}${why.slice(1)}.`;
}

/** The chart in a sentence, for readers of the screen; the table below holds every number. */
function chartLabel(name: string, total: Figure, points: readonly { value: number | null }[]): string {
  const values = points.map((point) => point.value).filter((value) => value !== null);
  if (values.length === 0) return `${t('overview.over_time', { figure: name })}: ${figureText(total)}`;
  const text = (value: number): string => valueText(value, total.unit);
  return t('overview.chart', { figure: name, total: figureText(total), low: text(Math.min(...values)), high: text(Math.max(...values)) });
}

/** Axis labels: no decimals on shares and the index, clock on seconds. */
function axisText(value: number, unit: Figure['unit']): string {
  const tag = formatLocale();
  if (unit === 'ratio') return new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 }).format(value);
  if (unit === 's') return valueText(value, 's');
  return new Intl.NumberFormat(tag, { maximumFractionDigits: 1 }).format(value);
}

function SeriesTable(props: { data: Overview; shown: FigureInfo; name: string; listOf: (index: number) => string }) {
  const { data } = props;
  return (
    <details class="numbers">
      <summary>{t('overview.table')}</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={t('overview.table')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('overview.interval_column')}</th>
              <th scope="col" class="num">
                {props.name}
              </th>
              <th scope="col" class="num">
                {t('figure.rests_on')}
              </th>
            </tr>
          </thead>
          <tbody>
            {data.series.map((entry, index) => {
              const figure = figureOf(entry, props.shown);
              return (
                <tr key={entry.start}>
                  <th scope="row">
                    <a href={props.listOf(index)}>{slotLong(formatLocale(), entry, data.interval, data.time_zone)}</a>
                  </th>
                  <td class="num" data-null={figure.value === null ? true : undefined}>
                    {figureText(figure)}
                  </td>
                  <td class="num quiet">{baseOf(entry, props.shown)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
