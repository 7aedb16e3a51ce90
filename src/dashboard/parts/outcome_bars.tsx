// What came of it, as one bar a lens: entries answered or abandoned; openings explored, answered without asking or
// missed; hardship acknowledged or not. Filled, half and hollow say the same as the colours.
import { sharedQuery, type Filters } from '../base/filters';
import type { LensName } from '../base/figures';
import { number, percent } from '../base/format';
import { href } from '../base/route';
import type { Overview } from '../base/types';
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
  parts: Part[];
}

function efficiencyBars(data: Overview): Bar[] {
  const { answered, abandoned, offered } = data.totals.efficiency;
  const known = offered.value !== null && answered.value !== null && abandoned.value !== null;
  const rest = known ? Math.max(0, (offered.value ?? 0) - (answered.value ?? 0) - (abandoned.value ?? 0)) : null;
  return [
    {
      title: term('figure', 'offered'),
      parts: [
        { name: term('figure', 'answered'), n: answered.value, look: 'full', list: {} },
        { name: term('figure', 'abandoned'), n: abandoned.value, look: 'hollow', list: {} },
        ...(rest !== null && rest > 0 ? [{ name: term('role', 'other'), n: rest, look: 'dash' as const, list: {} }] : []),
      ],
    },
  ];
}

function opportunityBars(data: Overview): Bar[] {
  const o = data.totals.opportunity;
  return [
    {
      title: t('overview.openings'),
      parts: [
        { name: t('met.explored'), n: o.opportunity_explored.value, look: 'full', list: { scored: 'true' } },
        { name: t('met.answered'), n: o.opportunity_answered.value, look: 'half', list: { scored: 'true' } },
        { name: t('met.missed'), n: o.opportunity_missed.value, look: 'hollow', list: { missed: 'true' } },
      ],
    },
  ];
}

export function OutcomeBars(props: { lens: LensName; data: Overview; filters: Filters }) {
  const bars = props.lens === 'efficiency' ? efficiencyBars(props.data) : opportunityBars(props.data);
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
              <b>{part.n === null ? t('figure.not_measured') : number(tag, part.n)}</b>
              {part.n !== null && total > 0 && <span class="quiet">{percent(tag, part.n / total, 0)}</span>}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
