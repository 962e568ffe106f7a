import { charactersOf, isVisible, type TextTokens } from "../../../tokenization/inputs/text-tokens.ts";
import type { TokenSpan } from "../../../tokenization/inputs/markers.ts";
import { TagLattice } from "./decode-tags.ts";
import type { ScoredWindow } from "./encode.ts";
import type { FoundSpan } from "./spans.ts";
import type { TagGrammar } from "./tags.ts";

/** The entities of a text, and the probability of any other. */
export interface Finding {
  readonly found: readonly FoundSpan[];
  /** The probability that a span of tokens is an entity of this type. */
  readonly probability: (span: TokenSpan, type: number) => number;
}

/**
 * Finds entities by tags. Each token has the tags of the window in which it has the most context; one decoding reads all of
 * them, so that an entity may lie across two windows.
 */
export function findByTags(grammar: TagGrammar, tokens: TextTokens, windows: readonly ScoredWindow[]): Finding {
  const count = tokens.ids.length;
  const width = grammar.tags.length;
  const scores = new Float32Array(count * width);
  for (const {
    encoding: { window, core },
    logits,
  } of windows)
    for (let token = core.start; token < core.end; token++)
      setLogSoftmax(scores.subarray(token * width, (token + 1) * width), logits, (1 + token - window.start) * width);
  const mayBegin = Uint8Array.from({ length: count }, (_, token) => Number(isVisible(tokens, token)));
  const lattice = new TagLattice(grammar, { count, scores, isBoundary: tokens.isBoundary, mayBegin });
  const found = lattice.best().flatMap(({ start, end, type, probability }): FoundSpan[] => {
    const span = charactersOf(tokens, { start, end });
    return span ? [{ ...span, type, probability }] : [];
  });
  return { found, probability: (span, type) => lattice.probability(span, type) };
}

/** Writes log softmax of as many logits as `target` has numbers. */
function setLogSoftmax(target: Float32Array, logits: Float32Array, at: number): void {
  let most = -Infinity;
  for (let i = 0; i < target.length; i++) most = Math.max(most, logits[at + i]!);
  let sum = 0;
  for (let i = 0; i < target.length; i++) sum += Math.exp(logits[at + i]! - most);
  const all = most + Math.log(sum);
  for (let i = 0; i < target.length; i++) target[i] = logits[at + i]! - all;
}
