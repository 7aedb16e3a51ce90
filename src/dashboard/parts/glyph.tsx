// Outcomes as small lenses: full = met, half = answered without asking, hollow = missed, dash = no occasion.
import type { Moment } from '../base/types';

export type GlyphKind = 'full' | 'half' | 'hollow' | 'dash';

/** How an outcome looks. */
export const GLYPH_OF: Record<Moment['met'], GlyphKind> = {
  explored: 'full',
  acknowledged: 'full',
  attempted: 'full',
  answered: 'half',
  missed: 'hollow',
  no_occasion: 'dash',
};

export function Glyph(props: { kind: GlyphKind }) {
  return (
    <svg class={`glyph ${props.kind}`} width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      {props.kind === 'dash' ? <path d="M2 6h8" /> : <circle cx="6" cy="6" r="4.5" />}
      {props.kind === 'half' && <path class="fill" d="M6 1.5a4.5 4.5 0 0 0 0 9z" />}
    </svg>
  );
}
