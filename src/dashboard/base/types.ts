// Shapes of the API's answers, as docs/openapi.json describes them; tests/browser holds the page against the real daemon.

export type Unit = 'count' | 'ratio' | 's' | 'h' | 'per_hour' | 'turns' | 'index' | 'points';

/** One number with what it was made of. value null means "not measured"; denominator 0 then means "no occasion". */
export interface Figure {
  value: number | null;
  unit: Unit;
  numerator: number | null;
  denominator: number | null;
  variant?: string;
  /** 95 %, low and high; null where sums do not count */
  interval?: [number, number] | null;
  /** why value is null, of agents' time */
  hidden?: string;
}

export type EfficiencyName =
  | 'offered'
  | 'answered'
  | 'abandoned'
  | 'short_abandoned'
  | 'handled'
  | 'transferred'
  | 'service_level'
  | 'asa'
  | 'abandon_rate'
  | 'aht'
  | 'average_talk'
  | 'average_hold'
  | 'average_wrap'
  | 'transfer_rate';

export type OpportunityName =
  | 'conversations'
  | 'transcript_share'
  | 'role_share'
  | 'scored'
  | 'scored_share'
  | 'index'
  | 'open_share'
  | 'explored_share'
  | 'acknowledged_share'
  | 'needs_asked'
  | 'opportunity_cues'
  | 'opportunity_explored'
  | 'opportunity_answered'
  | 'opportunity_missed'
  | 'missed_share'
  | 'empathy_cues'
  | 'empathy_acknowledged'
  | 'empathy_gaps'
  | 'empathy_latency_turns'
  | 'empathy_latency'
  | 'agent_talk_share'
  | 'non_talk_share';

export type Efficiency = Record<EfficiencyName, Figure>;
export type Opportunity = Record<OpportunityName, Figure>;

export interface Lenses {
  efficiency: Efficiency;
  opportunity: Opportunity;
}

export interface SeriesEntry extends Lenses {
  start: string;
  end: string;
}

export interface QueueEntry extends Lenses {
  queue: string | null;
}

export type Interval = 'half_hour' | 'day' | 'week';

export interface Variant {
  service_level: string;
  /** null when the queues shown have different thresholds */
  threshold_s: number | null;
  scorer: string | null;
}

/** A day whose figures changed after it was closed, and by how much. */
export interface Restated {
  day: string;
  at: string;
  changed: 'facts' | 'scores' | 'both';
  conversations: number;
  offered: number;
  scored: number;
}

export interface Overview {
  from: string;
  to: string;
  time_zone: string;
  interval: Interval;
  filter: { queue: string[]; channel: string[]; language: string[] };
  variant: Variant;
  restated: Restated[];
  totals: Lenses;
  series: SeriesEntry[];
  queues: QueueEntry[];
}

export type Lens = Record<string, Figure>;

export interface Percentiles {
  n: number;
  p50: number | null;
  p90: number | null;
  p95: number | null;
  longest: number | null;
}

export interface Worth {
  kind: Moment['kind'];
  met: Met;
  conversations: number;
  figures: Lens;
}

/** GET v1/figures. */
export interface KeyFigures {
  from: string;
  to: string;
  time_zone: string;
  variant: { service_level: string };
  service_level: Lens;
  service: Lens;
  waits: Record<string, Percentiles>;
  staff: Lens;
  outcome: Lens;
  repeat: Record<string, Lens>;
  retention: Lens;
  use: Lens;
  quadrant: Lens;
  acknowledgement: Lens;
  worth: Worth[];
  counted: Record<string, string | null>;
}

/** A figure of a queue or team beside its target; result is null where it is hidden. */
export interface Result {
  name: string;
  figure: string;
  result: Figure | null;
  target: number;
  less_is_better: boolean;
  difference: number | null;
  reached: boolean | null;
  days: number | null;
  days_reached: number | null;
  hidden: string | null;
}

/** GET v1/results. */
export interface Results {
  time_zone: string;
  group_min: number;
  teams_counted: string | null;
  queues: Result[];
  teams: Result[];
}

/** GET v1/coverage. */
export interface Coverage {
  totals: Record<'conversations' | 'transcript_share' | 'role_share' | 'derived_share' | 'scored_share' | 'incomplete' | 'waiting', Figure>;
}

/** A number of the budget; null with the reason why. */
export interface Guess {
  value: number | null;
  hidden?: string;
}

export interface BudgetSum {
  budget: Guess;
  cautious: Guess;
  dialogue_time: Guess;
  break_even: Guess;
  calls: number;
  aht: Guess;
  expected: Guess;
  observed: Guess;
}

export interface Spent {
  value: number | null;
  former: number | null;
  present: number | null;
}

/** GET v1/budget. */
export interface Budget {
  queue: string;
  from: string;
  to: string;
  time_zone: string;
  threshold_s: number;
  target: Guess;
  patience: Guess;
  /** half hours with calls, by where their agents are known from */
  staffing: { states: number; plan: number; unknown: number };
  fit: { intervals: number; bias: number; misfit: number } | null;
  total: BudgetSum;
  days: (BudgetSum & { day: string })[];
  intervals: { start: string; calls: number; agents: Guess; aht: Guess; expected: Guess; observed: Guess; budget: Guess }[];
  spent: {
    from: string;
    to: string;
    aht: Spent;
    uses: Record<string, Spent>;
    repeat_rate: { former: Figure; present: Figure; change: { value: number; interval: [number, number] } | null };
    break_even: Guess;
  };
}

export interface Session {
  name: string;
  role: string;
  teams: string[];
  expires_at: string | null;
  time_zone: string;
}

/** What there is to filter by. */
export interface Choices {
  queues: { queue: string; channels: string[] }[];
  channels: string[];
  languages: string[];
  first_day: string | null;
  last_day: string | null;
  time_zone: string;
  today: string;
}

export interface ConversationItem {
  id: string;
  source: string;
  external_id: string | null;
  started_at: string | null;
  ended_at: string | null;
  channel: string;
  direction: string;
  language: string;
  queues: string[];
  teams: string[];
  disposition: string;
  transfers: number | null;
  wait_ms: number | null;
  talk_ms: number | null;
  handle_ms: number | null;
  scored: boolean;
  not_scored_because: string | null;
  index: Figure;
  opportunity_missed: number | null;
  opportunity_cues: number | null;
  empathy_gaps: number | null;
  empathy_cues: number | null;
  flags: string[];
}

export interface ConversationList {
  from: string;
  to: string;
  time_zone: string;
  items: ConversationItem[];
  next_cursor: string | null;
}

export interface Leg {
  n: number;
  queue: string | null;
  agent: string | null;
  team: string | null;
  queued_at: string | null;
  answered_at: string | null;
  ended_at: string | null;
  wait_ms: number | null;
  talk_ms: number | null;
  hold_ms: number | null;
  wrap_ms: number | null;
  disposition: string;
  transfer: string;
}

export interface Party {
  n: number;
  role: string;
  name: string | null;
  team: string | null;
}

export interface Turn {
  i: number;
  party: number | null;
  role: string;
  start_ms: number | null;
  end_ms: number | null;
  /** masked; spans of findings count its code points */
  text: string;
}

export interface Finding {
  turn: number;
  party: number | null;
  label: string;
  start: number;
  end: number;
  rule: string;
  weight: number;
}

export type Met = 'no_occasion' | 'explored' | 'answered' | 'acknowledged' | 'attempted' | 'missed';

export interface Moment {
  kind: 'opportunity' | 'empathy' | 'churn';
  cue: string;
  met: Met;
  cue_turn: number;
  answer_turn: number | null;
  latency_turns: number | null;
  latency_ms: number | null;
  suggestion: string | null;
}

export type ComponentName = 'open_share' | 'explored_share' | 'acknowledged_share' | 'needs_asked';

export interface Conversation {
  id: string;
  source: string;
  external_id: string | null;
  started_at: string | null;
  ended_at: string | null;
  time_zone: string;
  channel: string;
  direction: string;
  language: string;
  declared_language: string;
  consent: string;
  purpose: string | null;
  customer_since: string | null;
  disposition: string;
  transfers: number | null;
  wait_ms: number | null;
  talk_ms: number | null;
  hold_ms: number | null;
  wrap_ms: number | null;
  handle_ms: number | null;
  flags: string[];
  names_hidden: boolean;
  legs: Leg[];
  parties: Party[];
  transcript: { turns: Turn[] } | null;
  findings: Finding[];
  moments: Moment[];
  measures: Record<string, number | null>;
  opportunity: {
    scored: boolean;
    not_scored_because: string | null;
    index: Figure;
    components: Record<ComponentName, Figure>;
  };
  scorer: { version: string; packs: Record<string, string>; scored_at: string | null } | null;
  surveys: Record<string, unknown>[];
  outcomes: Record<string, unknown>[];
}

/** RFC 9457 problem details. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  parameter?: string;
}
