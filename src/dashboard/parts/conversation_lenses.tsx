// A conversation's two lenses: times and endings on the left, the index with its parts on the right.
import { clock, number } from '../base/format';
import { figureText, restsOn } from '../base/show';
import type { ComponentName, Conversation, Figure } from '../base/types';
import { formatLocale, meaning, t, term } from '../i18n';
import { whyNot } from './conversation_table';

const COMPONENTS: readonly ComponentName[] = ['explored_share', 'acknowledged_share', 'open_share', 'needs_asked'];

export function ConversationLenses({ talk }: { talk: Conversation }) {
  return (
    <div class="lenses">
      <section class="lens efficiency" aria-labelledby="lens-efficiency">
        <header class="lens-head">
          <span class="lens-dot" aria-hidden="true" />
          <h2 id="lens-efficiency">{t('lens.efficiency')}</h2>
          <p>{t('lens.efficiency.lead')}</p>
        </header>
        <Times talk={talk} />
      </section>
      <section class="lens opportunity" aria-labelledby="lens-opportunity">
        <header class="lens-head">
          <span class="lens-dot" aria-hidden="true" />
          <h2 id="lens-opportunity">{t('lens.opportunity')}</h2>
          <p>{t('lens.opportunity.lead')}</p>
        </header>
        {talk.opportunity.scored ? <Index talk={talk} /> : <NotScored talk={talk} />}
      </section>
    </div>
  );
}

const STAGES = ['wait', 'talk', 'hold', 'wrap'] as const;

function Times({ talk }: { talk: Conversation }) {
  const ms = { wait: talk.wait_ms, talk: talk.talk_ms, hold: talk.hold_ms, wrap: talk.wrap_ms };
  const text = (value: number | null): string => (value === null ? t('figure.not_measured') : clock(value));
  return (
    <>
      <div class="headline">
        <span class="headline-value" data-null={talk.handle_ms === null ? true : undefined}>
          {text(talk.handle_ms)}
        </span>
        <span class="headline-name">{t('talk.handle')}</span>
        <span class="headline-note">
          {term('disposition', talk.disposition)}
          {talk.transfers !== null && talk.transfers > 0 && ` · ${t('talk.transfers')}: ${number(formatLocale(), talk.transfers)}`}
        </span>
      </div>
      <div class="stage-bar" aria-hidden="true">
        {STAGES.map((stage) => (
          <span key={stage} class={`stage ${stage}`} style={{ flexGrow: ms[stage] ?? 0 }} hidden={(ms[stage] ?? 0) === 0} />
        ))}
      </div>
      <dl class="stages">
        {STAGES.map((stage) => (
          <div key={stage}>
            <dt>
              <span class={`stage-key ${stage}`} aria-hidden="true" />
              {t(`talk.${stage}`)}
            </dt>
            <dd data-null={ms[stage] === null ? true : undefined}>{text(ms[stage])}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Index({ talk }: { talk: Conversation }) {
  const { index, components } = talk.opportunity;
  return (
    <>
      <div class="headline">
        <span class="headline-value" data-value={index.value ?? undefined} data-null={index.value === null ? true : undefined}>
          {figureText(index)}
        </span>
        <span class="headline-name">{t('talk.index')}</span>
        <span class="headline-note">{t('talk.index.note')}</span>
      </div>
      <dl class="components">
        {COMPONENTS.map((name) => (
          <Component key={name} name={name} figure={components[name]} />
        ))}
      </dl>
    </>
  );
}

function Component({ name, figure }: { name: ComponentName; figure: Figure }) {
  return (
    <div title={meaning('figure', name)}>
      <dt>{term('figure', name)}</dt>
      <dd>
        <span class="meter" data-null={figure.value === null ? true : undefined} aria-hidden="true">
          <span style={{ width: `${(figure.value ?? 0) * 100}%` }} />
        </span>
        <span class="component-value" data-null={figure.value === null ? true : undefined}>
          {figure.value === null ? figureText(figure) : restsOn(figure)}
        </span>
      </dd>
    </div>
  );
}

function NotScored({ talk }: { talk: Conversation }) {
  const why = talk.opportunity.not_scored_because;
  return (
    <div class="headline">
      <span class="headline-value" data-null>
        {t('figure.not_measured')}
      </span>
      {why !== null && <span class="headline-note">{whyNot(why)}</span>}
    </div>
  );
}
