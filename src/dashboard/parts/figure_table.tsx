// Figures one below the other: name with its definition, value, what it rests on and how far it may be trusted, and the conversations behind it.
import { sharedQuery, type Filters } from '../base/filters';
import { href } from '../base/route';
import { figureText, restsOn, sumText, trustText } from '../base/show';
import type { Figure } from '../base/types';
import { meaning, t, term } from '../i18n';
import { en, type Key } from '../i18n/en';

export interface FigureRow {
  name: string;
  figure: Figure;
  title?: string;
  text?: string;
  /** the one that the overview shows */
  on?: boolean;
  list: Record<string, string>;
}

/** Means of answers rest on answers, shares of time on hours; all others on their sums. */
const MEANS = new Set(['nps', 'csat_mean', 'ces_mean']);
const TIMES = new Set(['wrap_ratio', 'occupancy', 'pause_share']);

/** Why a figure of agents' time is not known. */
function whyText(hidden: string): string {
  const key = `staff.why.${hidden}`;
  return t(key in en ? (key as Key) : 'staff.why.no_states');
}
function baseText({ name, figure }: FigureRow): string {
  if (MEANS.has(name)) return figure.denominator === null ? '' : t('keys.answers', { n: figure.denominator });
  if (figure.hidden !== undefined) return whyText(figure.hidden);
  if (figure.unit === 'h') return '';
  if (!TIMES.has(name) || figure.numerator === null || figure.denominator === null) return restsOn(figure);
  return t('figure.of', { numerator: sumText(figure.numerator / 1000), denominator: sumText(figure.denominator / 1000) });
}

export function FigureTable(props: { id: string; title: string; note?: string; rows: readonly FigureRow[]; filters: Filters }) {
  return (
    <section class="panel" aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`}>{props.title}</h2>
      {props.note !== undefined && props.note !== '' && <p class="quiet">{props.note}</p>}
      <ul class="figure-rows">
        {props.rows.map((row) => (
          <li key={row.name} data-figure={row.name} class={row.on === true ? 'on' : undefined}>
            <div class="figure-what">
              <a href={href('conversations', { ...sharedQuery(props.filters), ...row.list })}>{row.title ?? term('figure', row.name)}</a>
              <p>{row.text ?? meaning('figure', row.name)}</p>
            </div>
            <div class="figure-says" data-null={row.figure.value === null ? true : undefined}>
              <b data-value={row.figure.value ?? undefined}>{figureText(row.figure)}</b>
              <span>{baseText(row)}</span>
              <span>{trustText(row.figure)}</span>
            </div>
          </li>
        ))}
      </ul>
      {props.rows.length === 0 && <p class="quiet">{t('figure.not_measured')}</p>}
    </section>
  );
}
