import type { TokenSpan } from "../../../tokenization/inputs/markers.ts";
import { charactersOf, tokensOf, type TextTokens } from "../../../tokenization/inputs/text-tokens.ts";
import type { TypedSpan } from "./spans.ts";

/** Counts of annotated entities that are not learnt as they are annotated; all are scored so. */
export interface AlignmentLosses {
  entities: number;
  /** Begin or end inside a token, or with white space: learnt up to the boundaries of the tokens that they touch. */
  cut: number;
  /** Touch no token: not learnt. */
  withoutTokens: number;
  /** Share a token with another that is longer, or comes first: not learnt by flat tags. */
  overlapping: number;
  /** Lie in no window as a whole: not learnt by scores of spans. */
  beyondWindows: number;
}

export const noLosses = (): AlignmentLosses => ({
  entities: 0,
  cut: 0,
  withoutTokens: 0,
  overlapping: 0,
  beyondWindows: 0,
});

/** An annotated entity by its tokens. */
export interface TokenEntity extends TokenSpan {
  readonly type: number;
}

/** The tokens of annotated entities, in their order; what is lost is added to `losses`. */
export function alignEntities(
  tokens: TextTokens,
  entities: readonly TypedSpan[],
  losses: AlignmentLosses,
): TokenEntity[] {
  return entities.flatMap(({ start, end, type }) => {
    losses.entities++;
    const span = tokensOf(tokens, { start, end });
    if (!span) {
      losses.withoutTokens++;
      return [];
    }
    const learnt = charactersOf(tokens, span)!;
    if (learnt.start !== start || learnt.end !== end) losses.cut++;
    return [{ ...span, type }];
  });
}

/** Entities of which no two share a token: of those that do, the longer one is kept, on ties the first. */
export function withoutOverlap(entities: readonly TokenEntity[], losses: AlignmentLosses): TokenEntity[] {
  const longestFirst = entities.toSorted((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
  const taken = new Set<number>();
  const kept = longestFirst.filter(({ start, end }) => {
    for (let token = start; token < end; token++) {
      if (!taken.has(token)) continue;
      losses.overlapping++;
      return false;
    }
    for (let token = start; token < end; token++) taken.add(token);
    return true;
  });
  return kept.sort((a, b) => a.start - b.start);
}

/** Sentences on what is not learnt as it is annotated, with counts. */
export function formatAlignmentLosses(losses: AlignmentLosses): string[] {
  const { entities, cut, withoutTokens, overlapping, beyondWindows } = losses;
  const share = (count: number): string =>
    `${count} of ${entities} entities (${((100 * count) / entities).toFixed(1)} %)`;
  const sentences: [count: number, loss: string][] = [
    [cut, "begin or end inside of a token or with white space: learnt up to its boundary, and scored as annotated"],
    [withoutTokens, "have no token of their own: never found"],
    [
      overlapping,
      "overlap a longer one, so that flat tags leave them out: --entity-decoding nested learns and finds them",
    ],
    [beyondWindows, "are too long for the windows in which the model reads the text: never found"],
  ];
  return sentences.flatMap(([count, loss]) => (count > 0 ? [`${share(count)} ${loss}`] : []));
}
