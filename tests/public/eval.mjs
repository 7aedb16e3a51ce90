#!/usr/bin/env node
// eval.mjs: the scorer on public sets that other people annotated, as they stand beside the repository (SAMTALE_SHARED or ../shared). Their labels
// are other labels: a row says which of theirs stands for which of ours. Nothing here is learnt from, and none of it is in the repository.
// Prints precision, recall, F1 and the goal; ends with 1 when a goal that is marked as one to hold is missed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, '..', '..');
const folder = join(process.env.SAMTALE_SHARED ?? join(top, '..', 'shared'), 'data', 'annotated');
const program = process.env.SAMTALE_BIN ?? join(top, 'build', 'samtaled');
const ANY = ['question.open', 'question.closed'];
const EMPATHY = ['empathy.acknowledge', 'empathy.reassure'];

// set, who is judged as agent or customer, what their labels are, ours, goals as written and without punctuation; hold: must be reached
const ROWS = [
  { set: 'oasis', what: 'question', theirs: ['question.wh', 'question.closed', 'question.decl'], ours: ANY, goal: 84, hold: true },
  { set: 'oasis', what: 'apology', theirs: ['apology'], ours: ['empathy.apology'], goal: 88 },
  { set: 'oasis', what: 'confirm', theirs: ['clarify.understanding'], ours: ['clarify.understanding'], goal: 45 },
  { set: 'oasis', what: 'offer, suggest', theirs: ['advice', 'help.offer'], ours: ['advice', 'offer.product', 'flexibility.yes'], goal: 50 },
  { set: 'annomi', what: 'question', theirs: ['question.open', 'question.closed', 'question'], ours: ANY, goal: 91, asr: 82, hold: true },
  { set: 'annomi', what: 'open', theirs: ['question.open'], ours: ['question.open'], goal: 75, asr: 72 },
  { set: 'annomi', what: 'closed', theirs: ['question.closed'], ours: ['question.closed'], goal: 65, asr: 55 },
  { set: 'annomi', what: 'reflection', theirs: ['clarify.understanding'], ours: ['clarify.understanding'], goal: 68, asr: 68 },
  { set: 'annomi', what: 'advice', theirs: ['advice'], ours: ['advice'], goal: 42, asr: 42 },
  { set: 'esconv', what: 'question', theirs: ['question'], ours: ANY, goal: 74 },
  { set: 'esconv', what: 'suggestion', theirs: ['advice'], ours: ['advice'], goal: 52 },
  { set: 'esconv', what: 'restatement', theirs: ['clarify.understanding'], ours: ['clarify.understanding'], goal: 41 },
  { set: 'esconv', what: 'reassurance', theirs: ['empathy.reassurance'], ours: EMPATHY, goal: 45 },
  { set: 'esconv', what: 'reflection', theirs: ['empathy.reflection'], ours: ['empathy.acknowledge'], goal: 35 },
  { set: 'epitome', what: 'emotional reaction', theirs: ['empathy.er1', 'empathy.er2'], ours: EMPATHY, goal: 70 },
  { set: 'epitome', what: 'exploration', theirs: ['empathy.ex1', 'empathy.ex2'], ours: [...ANY, 'clarify.need'], goal: 82, asr: 72 },
  { set: 'empathetic_intents', what: 'question', theirs: ['question'], ours: ANY, goal: 95 },
  { set: 'mrda', what: 'question', theirs: ['question.wh', 'question.closed', 'question.open'], ours: ANY, goal: 0 },
  { set: 'mrda', what: 'apology', theirs: ['apology'], ours: ['empathy.apology'], goal: 79 },
  { set: 'swda', what: 'question', theirs: ['question.wh', 'question.closed', 'question.open'], ours: ANY, goal: 71, asr: 65 },
  { set: 'maptask', what: 'question', theirs: ['question.wh', 'question.closed'], ours: ANY, goal: 0 },
  { set: 'sv_speech_acts', what: 'question', theirs: ['question'], ours: ANY, goal: 95, asr: 72 },
  { set: 'complaints', what: 'complaint', theirs: ['customer.complaint'], ours: ['cue.frustration', 'cue.effort'], goal: 72 },
  { set: 'goemotions', what: 'frustration', theirs: ['customer.frustration'], ours: ['cue.frustration'], goal: 48 },
  { set: 'goemotions', what: 'distress', theirs: ['customer.distress'], ours: ['cue.distress'], goal: 57 },
];

const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}'<>]+/gu, ' ').trim();
const other = (speaker) => (speaker === 'agent' ? 'customer' : 'agent');

/** The records as conversations: as they are, and with the sides changed, so that a customer's question is looked at as an agent's would be. */
function conversations(records, asr, changed) {
  return records.map((record, n) => ({
    id: String(n),
    language: record.language,
    channel: record.channel === 'social' ? 'chat' : record.channel,
    turns: record.turns.map((turn, i) => ({ i, speaker: changed ? other(turn.speaker) : turn.speaker, text: asr ? plain(turn.text) : turn.text })),
  }));
}

/** Labels found, by record and turn. */
function marks(records, asr, changed) {
  const room = mkdtempSync(join(tmpdir(), 'samtale-public-'));
  try {
    const file = join(room, 'set.jsonl');
    writeFileSync(file, conversations(records, asr, changed).map((one) => JSON.stringify(one)).join('\n'));
    const out = execFileSync(program, ['score', file], { maxBuffer: 2 ** 30 }).toString();
    const found = new Map();
    for (const line of out.split('\n').filter(Boolean)) {
      const score = JSON.parse(line);
      for (const finding of score.findings) found.set(`${score.id}/${finding.turn}/${finding.label}`, true);
    }
    return found;
  } finally {
    rmSync(room, { recursive: true });
  }
}

function figures(row, records, asIs, changed) {
  let hit = 0, wrong = 0, missed = 0;
  const side = row.ours[0].startsWith('cue.') ? 'customer' : 'agent';
  records.forEach((record, n) => {
    record.turns.forEach((turn, i) => {
      if (!record.annotated_speakers.includes(turn.speaker)) return;
      const found = turn.speaker === side ? asIs : changed;
      const ours = row.ours.some((label) => found.has(`${n}/${i}/${label}`));
      const theirs = turn.labels.some((label) => row.theirs.includes(label));
      hit += ours && theirs;
      wrong += ours && !theirs;
      missed += !ours && theirs;
    });
  });
  return { n: hit + missed, precision: (100 * hit) / (hit + wrong || 1), recall: (100 * hit) / (hit + missed || 1), f1: (200 * hit) / (2 * hit + wrong + missed || 1) };
}

if (!existsSync(folder)) {
  console.log(`skipped: no annotated sets in ${folder}`);
  process.exit(0);
}
let below = 0;
console.log('set                 label               style      n     P     R    F1  goal');
for (const set of [...new Set(ROWS.map((row) => row.set))]) {
  const path = join(folder, `${set}.dev.jsonl`);
  if (!existsSync(path)) {
    console.log(`${set.padEnd(19)} skipped: there is no ${path}`);
    continue;
  }
  const records = readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const written = records[0].style === 'edited';
  for (const asr of written ? [false, true] : [true]) {
    const asIs = marks(records, asr, false), changed = marks(records, asr, true);
    for (const row of ROWS.filter((one) => one.set === set)) {
      const f = figures(row, records, asIs, changed);
      const goal = written && asr ? (row.asr ?? 0) : row.goal;
      const short = f.f1 < goal;
      below += short && row.hold ? 1 : 0;
      console.log(`${set.padEnd(19)} ${row.what.padEnd(19)} ${(asr ? 'asr' : 'written').padEnd(7)} ${String(f.n).padStart(4)} ${f.precision.toFixed(1).padStart(5)} ` +
        `${f.recall.toFixed(1).padStart(5)} ${f.f1.toFixed(1).padStart(5)} ${goal > 0 ? String(goal).padStart(5) : '    -'}${short ? (row.hold ? '  below its goal' : '  below') : ''}`);
    }
  }
}
process.exit(below > 0 ? 1 : 0);
