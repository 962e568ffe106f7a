/** Part of a list of tokens, end exclusive. */
export interface TokenSpan {
  readonly start: number;
  readonly end: number;
}

/** A mention and the marker that is put before and after it, or another one after it. */
export interface MarkedMention {
  readonly span: TokenSpan;
  readonly marker: number;
  /** The marker after it, if that is another one. */
  readonly closing?: number;
}

/** A list of tokens in which markers stand around mentions. */
export interface MarkedTokens {
  readonly tokens: readonly number[];
  /** Token spans in the order of the mentions: from the opening marker to the closing one, both included. */
  readonly mentions: readonly TokenSpan[];
}

interface Marker {
  readonly id: number;
  /** The index of the mention that the marker belongs to. */
  readonly mention: number;
  readonly kind: "open" | "close";
  readonly span: TokenSpan;
}

const position = ({ kind, span }: Marker): number => (kind === "open" ? span.start : span.end);

/**
 * Sorts markers by place; at one place inner mentions close before outer ones, and outer ones open before inner ones.
 */
function byPlace(a: Marker, b: Marker): number {
  if (position(a) !== position(b)) return position(a) - position(b);
  if (a.kind !== b.kind) return a.kind === "close" ? -1 : 1;
  if (a.kind === "open") return b.span.end - a.span.end || a.mention - b.mention;
  return b.span.start - a.span.start || b.mention - a.mention;
}

/**
 * Puts markers around mentions. Disjoint ones are marked as by transformers' LukeTokenizer (luke.md 4.5). Nested,
 * identical and overlapping ones, which it marks in the wrong places, each stand between their own markers here: the
 * longer one outside, on ties the first.
 */
export function insertMarkers(tokens: ArrayLike<number>, mentions: readonly MarkedMention[]): MarkedTokens {
  const markers: Marker[] = [];
  for (const [mention, { span, marker: id, closing = id }] of mentions.entries()) {
    markers.push({ id, mention, kind: "open", span }, { id: closing, mention, kind: "close", span });
  }
  const marked: number[] = [];
  const runs = mentions.map(() => ({ start: 0, end: 0 }));
  let read = 0;
  // Copied token by token: for so few, views or slices cost more.
  for (const marker of markers.sort(byPlace)) {
    for (const end = position(marker); read < end; read++) marked.push(tokens[read]!);
    if (marker.kind === "open") runs[marker.mention]!.start = marked.length;
    else runs[marker.mention]!.end = marked.length + 1;
    marked.push(marker.id);
  }
  for (; read < tokens.length; read++) marked.push(tokens[read]!);
  return { tokens: marked, mentions: runs };
}
