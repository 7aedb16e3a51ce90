// Which figures the page shows through which lens, and how: a table, so that a card, a chart and a column agree.
import type { EfficiencyName, Figure, Lenses, OpportunityName } from './types';

export type LensName = 'efficiency' | 'opportunity';
export type FigureName = EfficiencyName | OpportunityName;

export interface FigureInfo {
  name: FigureName;
  lens: LensName;
  /** axis of the chart: fixed to 0..1 or 0..100, or from 0 to what is there */
  scale: 'share' | 'index' | 'open';
  /** what the list shows when the figure is opened */
  list: Record<string, string>;
}

/** The cards of the efficiency lens, in order. */
export const EFFICIENCY: readonly FigureInfo[] = [
  { name: 'service_level', lens: 'efficiency', scale: 'share', list: {} },
  { name: 'asa', lens: 'efficiency', scale: 'open', list: {} },
  { name: 'aht', lens: 'efficiency', scale: 'open', list: {} },
  { name: 'abandon_rate', lens: 'efficiency', scale: 'open', list: {} },
  { name: 'transfer_rate', lens: 'efficiency', scale: 'open', list: {} },
  { name: 'offered', lens: 'efficiency', scale: 'open', list: {} },
];

/** The cards of the opportunity lens, in order. */
export const OPPORTUNITY: readonly FigureInfo[] = [
  { name: 'index', lens: 'opportunity', scale: 'index', list: { scored: 'true' } },
  { name: 'explored_share', lens: 'opportunity', scale: 'share', list: { scored: 'true' } },
  { name: 'missed_share', lens: 'opportunity', scale: 'share', list: { missed: 'true' } },
  { name: 'acknowledged_share', lens: 'opportunity', scale: 'share', list: { gap: 'true' } },
  { name: 'open_share', lens: 'opportunity', scale: 'share', list: { scored: 'true' } },
  { name: 'scored_share', lens: 'opportunity', scale: 'share', list: { scored: 'true' } },
];

/** Figures described on the page of definitions, by lens. */
export const DEFINED: Record<LensName, readonly FigureName[]> = {
  efficiency: [
    'offered',
    'answered',
    'abandoned',
    'service_level',
    'asa',
    'abandon_rate',
    'aht',
    'average_talk',
    'average_hold',
    'average_wrap',
    'transfer_rate',
  ],
  opportunity: [
    'index',
    'explored_share',
    'missed_share',
    'acknowledged_share',
    'open_share',
    'needs_asked',
    'transcript_share',
    'role_share',
    'scored_share',
    'empathy_latency',
    'agent_talk_share',
    'non_talk_share',
  ],
};

/** One figure of a pair of lenses. */
export function figureOf(lenses: Lenses, info: FigureInfo): Figure {
  const lens: Record<string, Figure> = lenses[info.lens];
  return lens[info.name] ?? { value: null, unit: 'count', numerator: null, denominator: null };
}
