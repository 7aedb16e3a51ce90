// The time line: a lane for each side, cues and answers marked on it. For the eye and the pointer; screen readers and
// keyboards have the same in the moments and the transcript.
import { clock } from '../base/format';
import { laneOf, layTurns, ticks, type Block, type Lane } from '../base/lanes';
import type { Conversation, Moment, Turn } from '../base/types';
import { t } from '../i18n';
import { Glyph, GLYPH_OF } from './glyph';
import { metKeys } from './moments';

interface TimelineProps {
  talk: Conversation;
  turns: readonly Turn[];
  at: number | null;
  go: (turn: number) => void;
}

const LANES: readonly Lane[] = ['customer', 'agent', 'other'];

export function Timeline({ talk, turns, at, go }: TimelineProps) {
  const line = layTurns(turns);
  const used = LANES.filter((lane) => turns.some((turn) => laneOf(turn.role) === lane));
  const answers = new Set(talk.moments.map((moment) => moment.answer_turn));
  return (
    <section class="timeline" aria-hidden="true">
      <header class="section-head">
        <h2>{t(line.timed ? 'talk.timeline' : 'talk.timeline.order')}</h2>
        <Key talk={talk} />
      </header>
      {!line.timed && <p class="quiet timeline-note">{t('talk.timeline.note')}</p>}
      <div class="line">
        {used.map((lane) => (
          <div key={lane} class={`lane ${lane}`}>
            <span class="lane-name">{t(`talk.lane.${lane}`)}</span>
            <div class="lane-track">
              {line.blocks
                .filter((block) => block.lane === lane)
                .map((block) => (
                  <Mark key={block.turn} block={block} cues={talk.moments.filter((moment) => moment.cue_turn === block.turn)} answer={answers.has(block.turn)} on={at === block.turn} go={go} />
                ))}
            </div>
          </div>
        ))}
        {line.timed && (
          <div class="axis">
            {ticks(line.length_ms).map((ms) => (
              <span key={ms} style={{ left: `${(ms / line.length_ms) * 100}%` }}>
                {clock(ms)}
              </span>
            ))}
          </div>
        )}
      </div>
    </section>
  );
}

/** What the colours and small lenses say; only what this conversation holds. */
function Key({ talk }: { talk: Conversation }) {
  const seen = new Map(talk.moments.map((moment) => [t(metKeys(moment).name), GLYPH_OF[moment.met]]));
  if (seen.size === 0) return null;
  return (
    <ul class="timeline-key">
      <li>
        <span class="block-key cue" />
        {t('talk.key.cue')}
      </li>
      {talk.moments.some((moment) => moment.answer_turn !== null) && (
        <li>
          <span class="block-key answer" />
          {t('talk.key.answer')}
        </li>
      )}
      {[...seen].map(([name, glyph]) => (
        <li key={name}>
          <Glyph kind={glyph} />
          {name}
        </li>
      ))}
    </ul>
  );
}

interface MarkProps {
  block: Block;
  cues: readonly Moment[];
  answer: boolean;
  on: boolean;
  go: (turn: number) => void;
}

function Mark({ block, cues, answer, on, go }: MarkProps) {
  const place = { left: `${block.from * 100}%`, width: `${Math.max(0, block.to - block.from) * 100}%` };
  const look = cues.length > 0 ? 'cue' : answer ? 'answer' : '';
  return (
    <>
      <span
        class={`block ${look}`}
        style={place}
        data-at={on ? true : undefined}
        title={cues.length === 0 ? undefined : cues.map((cue) => t(metKeys(cue).name)).join(', ')}
        onClick={() => go(block.turn)}
      />
      {cues.length > 0 && (
        <span class="flag" style={{ left: `${((block.from + block.to) / 2) * 100}%` }} onClick={() => go(block.turn)}>
          {cues.map((cue, k) => (
            <Glyph key={k} kind={GLYPH_OF[cue.met]} />
          ))}
        </span>
      )}
    </>
  );
}
