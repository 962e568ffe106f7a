import type { Document, Span } from "../../../corpus/document.ts";
import { cutsWord } from "../../../corpus/spans.ts";
import type { TypedSpan } from "./spans.ts";

/**
 * The surfaces of entities and the type that each has most often. Only a hash of a surface is kept, since model folders are
 * shared, and names of people do not belong in them.
 */
export interface Gazetteer {
  /** Lengths of surfaces in UTF-16 code units, the longest first. */
  readonly lengths: readonly number[];
  /** Type ids by the hash of the surface. */
  readonly types: Readonly<Record<string, number>>;
  /** The number of entities that it was learnt from. */
  readonly entities: number;
}

/** Learns the most frequent type of each surface; on ties the smaller id. */
export function learnGazetteer(
  documents: readonly Document[],
  typeOf: (type: string) => number | undefined,
): Gazetteer {
  const counts = new Map<string, Map<number, number>>();
  const lengths = new Set<number>();
  let entities = 0;
  for (const { text, entities: spans } of documents) {
    for (const { start, end, type } of spans) {
      const id = typeOf(type);
      if (id === undefined) continue;
      entities++;
      lengths.add(end - start);
      const hash = hashOf(text.slice(start, end));
      const ofSurface = counts.get(hash) ?? new Map<number, number>();
      counts.set(hash, ofSurface.set(id, (ofSurface.get(id) ?? 0) + 1));
    }
  }
  const most = (ofSurface: ReadonlyMap<number, number>): number =>
    [...ofSurface].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a))[0];
  return {
    lengths: [...lengths].sort((a, b) => b - a),
    types: Object.fromEntries([...counts].map(([hash, ofSurface]) => [hash, most(ofSurface)])),
    entities,
  };
}

/** Finds known surfaces that cut no word, at each place the longest, from left to right and without overlap. */
export function lookUp({ lengths, types }: Gazetteer, text: string): TypedSpan[] {
  const found: TypedSpan[] = [];
  for (let start = 0; start < text.length;) {
    const span = longestAt(text, start);
    if (span) found.push(span);
    start = span?.end ?? start + 1;
  }
  return found;

  function longestAt(text: string, start: number): TypedSpan | undefined {
    for (const length of lengths) {
      const span: Span = { start, end: start + length };
      if (span.end > text.length) continue;
      const type = types[hashOf(text.slice(start, span.end))];
      if (type !== undefined && !cutsWord(text, span)) return { ...span, type };
    }
    return undefined;
  }
}

/** A hash of 53 bits (cyrb53 by bryc, public domain), in base 36. */
function hashOf(text: string): string {
  let [h1, h2] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ unit, 2654435761);
    h2 = Math.imul(h2 ^ unit, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return (4294967296 * (2097151 & h2) + (h1 >>> 0)).toString(36);
}
