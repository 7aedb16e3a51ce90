// Where turns stand on the time line, 0..1. With times: by time. Without: in order, as long as their text.
import type { Turn } from './types';

export type Lane = 'customer' | 'agent' | 'other';

export interface Block {
  turn: number;
  lane: Lane;
  from: number;
  to: number;
}

export interface Line {
  blocks: Block[];
  timed: boolean;
  /** length in ms when timed, else 0 */
  length_ms: number;
}

/** A speaker's lane. */
export function laneOf(role: string): Lane {
  return role === 'customer' || role === 'agent' ? role : 'other';
}

/** Lays turns on the line; timed only when every turn has both times and the line has a length. */
export function layTurns(turns: readonly Turn[]): Line {
  const length = Math.max(0, ...turns.map((turn) => turn.end_ms ?? 0));
  const timed = length > 0 && turns.every((turn) => turn.start_ms !== null && turn.end_ms !== null);
  if (timed) {
    const blocks = turns.map((turn) => ({
      turn: turn.i,
      lane: laneOf(turn.role),
      from: (turn.start_ms ?? 0) / length,
      to: Math.max(turn.end_ms ?? 0, turn.start_ms ?? 0) / length,
    }));
    return { blocks, timed, length_ms: length };
  }
  const total = turns.reduce((sum, turn) => sum + turn.text.length + 1, 0);
  let at = 0;
  const blocks = turns.map((turn) => {
    const from = at;
    at += (turn.text.length + 1) / total;
    return { turn: turn.i, lane: laneOf(turn.role), from, to: at };
  });
  return { blocks, timed, length_ms: 0 };
}

/** Round marks of the axis, none where its end would cut it: at most eight, at 10 s, 30 s, 1, 2, 5, 10, 30 min or hours. */
export function ticks(length_ms: number): number[] {
  const steps = [10, 30, 60, 120, 300, 600, 1800, 3600].map((s) => s * 1000);
  const step = steps.find((one) => length_ms / one <= 8) ?? Math.ceil(length_ms / 8 / 3_600_000) * 3_600_000;
  const marks: number[] = [];
  for (let at = 0; at < length_ms * 0.98; at += step) marks.push(at);
  return marks;
}
