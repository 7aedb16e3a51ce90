// The measures of a conversation, in the groups they are read in, and in words. A measure that this page does not know is shown last.
import { formatLocale, t } from '../i18n';
import type { Key } from '../i18n/en';
import { clock, number } from './format';

type Measures = Record<string, number | null>;

const GROUPS: [Key, string[]][] = [
  ['measures.questions', ['questions_open', 'questions_closed', 'needs', 'understandings']],
  ['measures.openings', ['opportunity_cues', 'opportunity_explored', 'opportunity_answered', 'opportunity_missed']],
  [
    'measures.empathy',
    [
      'empathy_cues',
      'empathy_acknowledged',
      'empathy_gaps',
      'empathy_latency_turns',
      'empathy_latency_ms',
      'apologies',
      'reassurances',
      'personal',
      'effort_cues',
      'satisfaction_cues',
    ],
  ],
  [
    'measures.course',
    ['first_greeting', 'first_name', 'first_invitation', 'first_cue_met', 'peak_turn', 'peak_met', 'end_checked', 'end_mood', 'resolved'],
  ],
  [
    'measures.service',
    ['advice', 'offers', 'goodwill', 'flexibility_yes', 'flexibility_no', 'commitments', 'churn_cues', 'retention_attempts'],
  ],
  [
    'measures.qualities',
    [
      'active_markers',
      'active_counters',
      'supportive_markers',
      'supportive_counters',
      'strong_markers',
      'strong_counters',
      'integrity_markers',
      'integrity_counters',
    ],
  ],
  ['measures.use', ['exploring_ms', 'advising_ms', 'relating_ms', 'verifying_ms', 'refusing_ms', 'informing_ms']],
  [
    'measures.talk',
    [
      'agent_turns',
      'customer_turns',
      'agent_words',
      'customer_words',
      'agent_talk_ms',
      'customer_talk_ms',
      'non_talk_ms',
      'cross_talk_ms',
      'longest_agent_ms',
      'longest_customer_ms',
      'response_ms',
      'responses',
    ],
  ],
];

/** Sums over occasions: without one there is no sum, not a sum of 0. */
const OCCASIONS: Record<string, string> = {
  empathy_latency_turns: 'empathy_acknowledged',
  empathy_latency_ms: 'empathy_acknowledged',
  response_ms: 'responses',
};
const YES_NO = new Set(['first_greeting', 'first_name', 'first_invitation', 'first_cue_met', 'peak_met', 'end_checked', 'resolved']);
const MOODS: Record<string, Key> = { '-1': 'measures.left_worse', '0': 'measures.left_same', '1': 'measures.left_better' };

/** The groups that hold any of these measures, each with its own in order. */
export function groupMeasures(measures: Measures): { title: Key; names: string[] }[] {
  const known = new Set(GROUPS.flatMap(([, names]) => names));
  const others = Object.keys(measures).filter((name) => !known.has(name));
  return [...GROUPS, ['measures.other', others] as [Key, string[]]]
    .map(([title, names]) => ({ title, names: names.filter((name) => name in measures) }))
    .filter(({ names }) => names.length > 0);
}

/** A measure in words: yes or no, a mood, or a number in the unit that its name ends in. */
export function measureText(name: string, measures: Measures): string {
  const value = measures[name] ?? null;
  if (value === null) return t('figure.not_measured');
  if (measures[OCCASIONS[name] ?? ''] === 0) return t('figure.no_occasion');
  if (YES_NO.has(name)) return t(value > 0 ? 'measures.yes' : 'measures.no');
  if (name === 'end_mood') return t(MOODS[String(value)] ?? 'measures.left_same');
  return name.endsWith('_ms') ? clock(value) : number(formatLocale(), value);
}
