// The marks of the codebook and how the page groups them by colour: what the customer showed, what the agent made of it.

export const CUSTOMER_LABELS: readonly string[] = [
  'cue.opportunity',
  'cue.distress',
  'cue.frustration',
  'cue.effort',
  'cue.churn',
  'cue.satisfaction',
];

export const AGENT_LABELS: readonly string[] = [
  'question.open',
  'question.closed',
  'clarify.need',
  'clarify.understanding',
  'empathy.acknowledge',
  'empathy.apology',
  'empathy.reassure',
  'relation.personal',
  'advice',
  'offer.product',
  'offer.goodwill',
  'flexibility.yes',
  'flexibility.no',
  'ownership.commit',
  'closing.anything_else',
  'closing.resolution_check',
  'retention.attempt',
];

export type Tone = 'cue' | 'human' | 'plain';

/** cue: the customer showed something; human: the agent asked, acknowledged, advised or offered; plain: the rest. */
export function toneOf(label: string): Tone {
  if (label.startsWith('cue.')) return 'cue';
  const plain = ['question.closed', 'flexibility.no', 'closing.anything_else'];
  return plain.includes(label) ? 'plain' : 'human';
}
