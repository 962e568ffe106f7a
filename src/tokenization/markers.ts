/** Part of a list of tokens, end exclusive. */
export interface TokenSpan {
  readonly start: number;
  readonly end: number;
}

/** A list of tokens in which markers stand around a head and a tail. */
export interface MarkedTokens {
  readonly tokens: Int32Array;
  /** From the opening marker of the head to its closing marker, both included. */
  readonly head: TokenSpan;
  readonly tail: TokenSpan;
}

interface Marker {
  readonly id: number;
  /** The markers around the head and the tail have these numbers. */
  readonly mention: 0 | 1;
  readonly kind: "open" | "close";
  readonly span: TokenSpan;
}

const position = ({ kind, span }: Marker): number => (kind === "open" ? span.start : span.end);

/** Markers in the order of the text; at one place inner mentions close first, then outer ones, then outer ones open. */
function byPlace(a: Marker, b: Marker): number {
  if (position(a) !== position(b)) return position(a) - position(b);
  if (a.kind !== b.kind) return a.kind === "close" ? -1 : 1;
  if (a.kind === "open") return b.span.end - a.span.end || a.mention - b.mention;
  return b.span.start - a.span.start || b.mention - a.mention;
}

/**
 * Puts `headMarker` around the head and `tailMarker` around the tail. For disjoint spans this is transformers'
 * LukeTokenizer (luke.md 4.5); for nested, identical and overlapping ones, which it marks in the wrong places, each
 * mention still stands between its own markers: the longer one outside, the head outside where both are the same.
 */
export function insertMarkers(
  tokens: Int32Array,
  head: TokenSpan,
  tail: TokenSpan,
  headMarker: number,
  tailMarker: number,
): MarkedTokens {
  const markers: Marker[] = [
    { id: headMarker, mention: 0, kind: "open", span: head },
    { id: headMarker, mention: 0, kind: "close", span: head },
    { id: tailMarker, mention: 1, kind: "open", span: tail },
    { id: tailMarker, mention: 1, kind: "close", span: tail },
  ];
  const marked = new Int32Array(tokens.length + markers.length);
  const places = { open: [0, 0], close: [0, 0] };
  let read = 0;
  for (const [inserted, marker] of markers.sort(byPlace).entries()) {
    marked.set(tokens.subarray(read, position(marker)), read + inserted);
    read = position(marker);
    marked[read + inserted] = marker.id;
    places[marker.kind][marker.mention] = read + inserted;
  }
  marked.set(tokens.subarray(read), read + markers.length);
  const run = (mention: 0 | 1): TokenSpan => ({ start: places.open[mention]!, end: places.close[mention]! + 1 });
  return { tokens: marked, head: run(0), tail: run(1) };
}
