/** Length of a cell: a few sounds at most fall into one. */
const CELL_SECONDS = 0.04;
/** Edges beyond this stand for "for ever" and do not stretch the index. */
const LONGEST_SPEECH_SECONDS = 1e6;

/**
 * Finds the spans that may cover a moment in constant time. Spans may overlap and be endless; those reaching beyond the
 * others' extent are listed in the outermost cells, which answer for all earlier and later times.
 */
export function createSpanIndex<Span>(
  spans: readonly Span[],
  boundsOf: (span: Span) => readonly [startSeconds: number, endSeconds: number],
): (seconds: number) => readonly Span[] {
  const edges = spans.flatMap((span) => [...boundsOf(span)]).filter((edge) => Math.abs(edge) < LONGEST_SPEECH_SECONDS);
  const first = edges.reduce((least, edge) => Math.min(least, edge), 0) - CELL_SECONDS;
  const last = edges.reduce((most, edge) => Math.max(most, edge), 0) + CELL_SECONDS;
  const cellCount = Math.ceil((last - first) / CELL_SECONDS) + 1;
  const cellOf = (seconds: number): number =>
    Math.min(cellCount - 1, Math.max(0, Math.floor((seconds - first) / CELL_SECONDS)));

  const cells: Span[][] = Array.from({ length: cellCount }, () => []);
  for (const span of spans) {
    const [startSeconds, endSeconds] = boundsOf(span);
    for (let cell = cellOf(startSeconds); cell <= cellOf(endSeconds); cell += 1) cells[cell]?.push(span);
  }
  return (seconds) => cells[cellOf(seconds)] ?? [];
}
