// Moments: each cue of the customer and how it was met; a missed opening comes with a question that could have been asked.
import { clock, latency } from '../base/format';
import type { Conversation, Moment, Turn } from '../base/types';
import { formatLocale, meaning, t, term } from '../i18n';
import type { Key } from '../i18n/en';
import { Glyph, GLYPH_OF } from './glyph';

/** Name and meaning of an outcome: a missed empathy cue is a gap, a missed churn cue has words of its own. */
export function metKeys(moment: Moment): { name: Key; text: Key } {
  if (moment.met === 'missed' && moment.kind === 'empathy') return { name: 'met.gap', text: 'met.gap.text' };
  if (moment.met === 'missed' && moment.kind === 'churn') return { name: 'met.missed', text: 'met.churn_missed.text' };
  return { name: `met.${moment.met}`, text: `met.${moment.met}.text` };
}

/** How a turn is called: by its time, or by its number where the source gave no times. */
export function turnName(turn: Turn | undefined, i: number): string {
  const start = turn?.start_ms ?? null;
  return start === null ? t('talk.turn', { turn: String(i) }) : clock(start);
}

export function Moments({ talk, go }: { talk: Conversation; go: (turn: number) => void }) {
  return (
    <section class="moments" aria-labelledby="moments-title">
      <h2 id="moments-title">{t('talk.moments')}</h2>
      {talk.opportunity.scored && talk.moments.length === 0 && <p class="quiet">{t('talk.moments.none')}</p>}
      <ol>
        {talk.moments.map((moment, k) => (
          <MomentCard key={k} moment={moment} talk={talk} go={go} />
        ))}
      </ol>
    </section>
  );
}

interface CardProps {
  moment: Moment;
  talk: Conversation;
  go: (turn: number) => void;
}

function MomentCard({ moment, talk, go }: CardProps) {
  const met = metKeys(moment);
  return (
    <li class={`moment ${GLYPH_OF[moment.met]}`} data-met={moment.met} data-kind={moment.kind}>
      <p class="moment-head">
        <Glyph kind={GLYPH_OF[moment.met]} />
        <b>{t(met.name)}</b>
        <span class="moment-cue" title={meaning('label', moment.cue)}>
          {term('label', moment.cue)}
        </span>
      </p>
      <p class="moment-text">
        {t(met.text)}
        <Latency moment={moment} />
      </p>
      {moment.suggestion !== null && (
        <blockquote class="suggestion">
          <span class="suggestion-name">{t('talk.moment.suggest')}</span>
          <q lang={talk.language}>{moment.suggestion}</q>
        </blockquote>
      )}
      <p class="moment-go">
        <TurnLink talk={talk} turn={moment.cue_turn} go={go} />
        {moment.answer_turn !== null && (
          <>
            <span aria-hidden="true">→</span>
            <TurnLink talk={talk} turn={moment.answer_turn} go={go} />
          </>
        )}
      </p>
    </li>
  );
}

function Latency({ moment }: { moment: Moment }) {
  if (moment.latency_turns === null || moment.answer_turn === null) return null;
  const turns = t('talk.moment.after', { n: moment.latency_turns });
  const ms = moment.latency_ms === null ? '' : `, ${latency(formatLocale(), moment.latency_ms)}`;
  return (
    <span class="quiet">
      {' '}
      {turns}
      {ms}.
    </span>
  );
}

function TurnLink({ talk, turn, go }: { talk: Conversation; turn: number; go: (turn: number) => void }) {
  const name = turnName(
    talk.transcript?.turns.find((one) => one.i === turn),
    turn,
  );
  return (
    <button type="button" class="button text" aria-label={t('talk.moment.go', { turn: name })} onClick={() => go(turn)}>
      {name}
    </button>
  );
}
