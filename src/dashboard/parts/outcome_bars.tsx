// What came of it, as two bars a lens: entries answered or abandoned and where handle time went; openings explored,
// answered without asking or missed, and hardship acknowledged or not. Filled, striped and hollow say what colours say.
import { sharedQuery, type Filters } from '../base/filters';
import type { LensName } from '../base/figures';
import { number, percent } from '../base/format';
import { href } from '../base/route';
import { sumText } from '../base/show';
import type { Lenses, Overview } from '../base/types';
import { formatLocale, t, term } from '../i18n';
import { Glyph, type GlyphKind } from './glyph';

interface Part {
  name: string;
  n: number | null;
  look: GlyphKind;
  list: Record<string, string>;
}

interface Bar {
  title: string;
  /** what the parts count: things, or seconds */
  unit: 'count' | 's';
  parts: Part[];
}

function efficiencyBars({ efficiency: e }: Lenses): Bar[] {
  const known = e.offered.value !== null && e.answered.value !== null && e.abandoned.value !== null;
  const rest = known ? Math.max(0, (e.offered.value ?? 0) - (e.answered.value ?? 0) - (e.abandoned.value ?? 0)) : 0;
  const entries: Part[] = [
    { name: term('figure', 'answered'), n: e.answered.value, look: 'full', list: {} },
    { name: term('figure', 'abandoned'), n: e.abandoned.value, look: 'hollow', list: {} },
  ];
  if (rest > 0) entries.push({ name: term('role', 'other'), n: rest, look: 'dash', list: {} });
  const hours: Part[] = [
    { name: t('talk.talk'), n: e.average_talk.numerator, look: 'full', list: {} },
    { name: t('talk.hold'), n: e.average_hold.numerator, look: 'half', list: {} },
    { name: t('talk.wrap'), n: e.average_wrap.numerator, look: 'hollow', list: {} },
  ];
  return [
    { title: t('overview.entries'), unit: 'count', parts: entries },
    { title: t('overview.hours'), unit: 's', parts: hours },
  ];
}

function opportunityBars({ opportunity: o }: Lenses): Bar[] {
  const openings: Part[] = [
    { name: t('met.explored'), n: o.opportunity_explored.value, look: 'full', list: { scored: 'true' } },
    { name: t('met.answered'), n: o.opportunity_answered.value, look: 'half', list: { scored: 'true' } },
    { name: t('met.missed'), n: o.opportunity_missed.value, look: 'hollow', list: { missed: 'true' } },
  ];
  const empathy: Part[] = [
    { name: t('met.acknowledged'), n: o.empathy_acknowledged.value, look: 'full', list: { scored: 'true', gap: 'false' } },
    { name: t('met.gap'), n: o.empathy_gaps.value, look: 'hollow', list: { gap: 'true' } },
  ];
  return [
    { title: t('overview.openings'), unit: 'count', parts: openings },
    { title: t('overview.empathy'), unit: 'count', parts: empathy },
  ];
}

export function OutcomeBars(props: { lens: LensName; data: Overview; filters: Filters }) {
  const bars = props.lens === 'efficiency' ? efficiencyBars(props.data.totals) : opportunityBars(props.data.totals);
  return (
    <>
      {bars.map((bar) => (
        <OutcomeBar key={bar.title} bar={bar} filters={props.filters} />
      ))}
    </>
  );
}

function OutcomeBar({ bar, filters }: { bar: Bar; filters: Filters }) {
  const tag = formatLocale();
  const total = bar.parts.reduce((sum, part) => sum + (part.n ?? 0), 0);
  return (
    <div class="outcome">
      <h3>{bar.title}</h3>
      <div class="outcome-bar" aria-hidden="true">
        {bar.parts.map((part) => (
          <span key={part.name} class={`outcome-part ${part.look}`} style={{ flexGrow: part.n ?? 0 }} hidden={(part.n ?? 0) === 0} />
        ))}
      </div>
      <ul class="outcome-legend">
        {bar.parts.map((part) => (
          <li key={part.name}>
            <a href={href('conversations', { ...sharedQuery(filters), ...part.list })}>
              <Glyph kind={part.look} />
              <span>{part.name}</span>
              <b>{part.n === null ? t('figure.not_measured') : bar.unit === 's' ? sumText(part.n) : number(tag, part.n)}</b>
              {part.n !== null && total > 0 && <span class="quiet">{percent(tag, part.n / total, 0)}</span>}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
