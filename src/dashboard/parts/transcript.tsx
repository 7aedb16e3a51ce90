// The words, turn by turn. Evidence is marked where it stands (spans are code points); each mark is a button that opens
// why below its turn: label, meaning, rule, weight and the very words.
import { useState } from 'preact/hooks';
import { number } from '../base/format';
import { toneOf } from '../base/labels';
import { cutAtSpans, sliceCodePoints, type Piece } from '../base/text';
import type { Conversation, Finding, Moment, Turn } from '../base/types';
import { formatLocale, meaning, t, term } from '../i18n';
import { Glyph, GLYPH_OF } from './glyph';
import { Icon } from './icon';
import { metKeys, turnName } from './moments';

interface TranscriptProps {
  talk: Conversation;
  turns: readonly Turn[];
  at: number | null;
}

export function Transcript({ talk, turns, at }: TranscriptProps) {
  return (
    <section class="transcript" aria-labelledby="transcript-title">
      <header>
        <h2 id="transcript-title">{t('talk.transcript')}</h2>
        <p class="quiet">
          {t('talk.transcript.hint')} {t('talk.masked')}
        </p>
      </header>
      <ol class="turns">
        {turns.map((turn) => (
          <TurnRow
            key={turn.i}
            turn={turn}
            who={speaker(talk, turn)}
            language={talk.language}
            findings={talk.findings.filter((finding) => finding.turn === turn.i)}
            moments={talk.moments.filter((moment) => moment.cue_turn === turn.i)}
            at={at === turn.i}
          />
        ))}
      </ol>
    </section>
  );
}

function speaker(talk: Conversation, turn: Turn): string {
  const party = talk.parties.find((one) => one.n === turn.party);
  return party?.name ?? term('role', turn.role);
}

interface TurnRowProps {
  turn: Turn;
  who: string;
  language: string;
  findings: Finding[];
  moments: Moment[];
  at: boolean;
}

function TurnRow({ turn, who, language, findings, moments, at }: TurnRowProps) {
  const [open, setOpen] = useState<Finding[]>([]);
  const why = `why-${turn.i}`;
  const toggle = (marks: Finding[]): void => setOpen((old) => (sameMarks(old, marks) ? [] : marks));
  return (
    <li class={`turn ${turn.role}`} id={`turn-${turn.i}`} tabIndex={-1} data-at={at ? true : undefined}>
      <p class="turn-head">
        <b>{who}</b>
        <span class="quiet">{turnName(turn, turn.i)}</span>
      </p>
      <p class="turn-text" lang={language}>
        {cutAtSpans(turn.text, findings).map((piece, k) => (
          <Words key={k} piece={piece} open={sameMarks(open, piece.marks)} why={why} toggle={toggle} />
        ))}
      </p>
      <Margin findings={findings} moments={moments} />
      {open.length > 0 && <Why id={why} marks={open} text={turn.text} close={() => setOpen([])} />}
    </li>
  );
}

/** Beside the turn: what is marked in it, in words, and how its cues were met. */
function Margin({ findings, moments }: Pick<TurnRowProps, 'findings' | 'moments'>) {
  const labels = [...new Set(findings.map((finding) => finding.label))];
  if (labels.length + moments.length === 0) return null;
  return (
    <ul class="margin">
      {labels.map((label) => (
        <li key={label} class={`margin-label ${toneOf(label)}`}>
          {term('label', label)}
        </li>
      ))}
      {moments.map((moment, k) => (
        <li key={k} class="turn-met">
          <Glyph kind={GLYPH_OF[moment.met]} />
          {t(metKeys(moment).name)}
        </li>
      ))}
    </ul>
  );
}

function sameMarks(a: readonly Finding[], b: readonly Finding[]): boolean {
  return a.length === b.length && a.every((mark, k) => mark === b[k]);
}

interface WordsProps {
  piece: Piece<Finding>;
  open: boolean;
  why: string;
  toggle: (marks: Finding[]) => void;
}

function Words({ piece, open, why, toggle }: WordsProps) {
  const first = piece.marks[0];
  if (first === undefined) return <>{piece.text}</>;
  const tones = new Set(piece.marks.map((mark) => toneOf(mark.label)));
  const tone = tones.has('cue') ? 'cue' : tones.has('human') ? 'human' : 'plain';
  const names = [...new Set(piece.marks.map((mark) => term('label', mark.label)))].join(', ');
  const key = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    toggle(piece.marks);
  };
  return (
    <mark
      class={`evidence ${tone}`}
      role="button"
      tabIndex={0}
      title={names}
      aria-label={t('talk.evidence', { label: names, words: piece.text })}
      aria-expanded={open}
      aria-controls={open ? why : undefined}
      data-labels={piece.marks.map((mark) => mark.label).join(' ')}
      onClick={() => toggle(piece.marks)}
      onKeyDown={key}
    >
      {piece.text}
    </mark>
  );
}

function Why(props: { id: string; marks: Finding[]; text: string; close: () => void }) {
  const tag = formatLocale();
  return (
    <div class="why" id={props.id} role="region" aria-label={t('talk.why')}>
      <header>
        <h3>{t('talk.why')}</h3>
        <button type="button" class="button icon-only" aria-label={t('talk.why.close')} onClick={props.close}>
          <Icon name="close" />
        </button>
      </header>
      {props.marks.map((mark, k) => (
        <dl key={k}>
          <div class="why-label">
            <dt>{term('label', mark.label)}</dt>
            <dd>{meaning('label', mark.label)}</dd>
          </div>
          <div>
            <dt>{t('talk.why.span')}</dt>
            <dd class="why-words">{sliceCodePoints(props.text, mark.start, mark.end)}</dd>
          </div>
          <div>
            <dt>{t('talk.why.rule')}</dt>
            <dd>
              <code>{mark.rule}</code>
            </dd>
          </div>
          <div>
            <dt>{t('talk.why.weight')}</dt>
            <dd>{number(tag, mark.weight, 2)}</dd>
          </div>
        </dl>
      ))}
    </div>
  );
}
