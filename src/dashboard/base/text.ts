// Spans of findings are code points in the stored text; JavaScript counts UTF-16 units. This is the one place that
// converts, and that cuts a turn into pieces where evidence may overlap.

/** UTF-16 offset of each code point boundary: offsets[k] is where the k-th code point starts; the last is the length. */
export function codePointOffsets(text: string): number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const point of text) {
    offsets.push(at);
    at += point.length;
  }
  offsets.push(at);
  return offsets;
}

/** The words between two code points; ends beyond the text are clipped, a reversed span is empty. */
export function sliceCodePoints(text: string, start: number, end: number): string {
  const offsets = codePointOffsets(text);
  return text.slice(clip(offsets, start), clip(offsets, end));
}

function clip(offsets: readonly number[], point: number): number {
  const last = offsets.length - 1;
  return offsets[Math.max(0, Math.min(last, point))] ?? 0;
}

export interface Span {
  start: number;
  end: number;
}

export interface Piece<T extends Span> {
  text: string;
  /** every span that covers this piece, in the order given; empty for plain text */
  marks: T[];
}

/** Cuts a text at every span boundary. Pieces joined give the text back; empty spans mark nothing. */
export function cutAtSpans<T extends Span>(text: string, spans: readonly T[]): Piece<T>[] {
  const offsets = codePointOffsets(text);
  const placed = spans
    .map((span) => ({ span, from: clip(offsets, span.start), to: clip(offsets, span.end) }))
    .filter(({ from, to }) => from < to);
  const edges = new Set<number>([0, text.length]);
  for (const { from, to } of placed) edges.add(from).add(to);
  const cuts = [...edges].sort((a, b) => a - b);
  const pieces: Piece<T>[] = [];
  for (let k = 0; k + 1 < cuts.length; k += 1) {
    const from = cuts[k] ?? 0;
    const to = cuts[k + 1] ?? 0;
    const marks = placed.filter((p) => p.from <= from && to <= p.to).map((p) => p.span);
    pieces.push({ text: text.slice(from, to), marks });
  }
  return pieces;
}
