import { crossEntropyOf } from "../../../evaluation/probabilities.ts";
import { ignoredLabel } from "../../../nn/objectives.ts";
import type { TokenEncoding } from "../../../tokenization/inputs/token-encoding.ts";
import { charactersOf, isVisible, type TextTokens } from "../../../tokenization/inputs/text-tokens.ts";
import { tokenHead } from "../../heads/token-head.ts";
import { withoutOverlap, type TokenEntity } from "./align.ts";
import { TagLattice } from "./decode-tags.ts";
import type { Decoder, Finding, ScoredWindow, SummedLoss, WindowTargets } from "./decoder.ts";
import type { FoundSpan } from "./spans.ts";
import type { TagGrammar } from "./tags.ts";

/** Finds entities by a tag for each token. */
export const flatDecoder = (grammar: TagGrammar): Decoder => ({
  name: "flat",
  head: tokenHead,
  isMultiLabel: false,
  learnable: withoutOverlap,
  targets: tagTargets,
  find: (tokens, windows) => findByTags(grammar, tokens, windows),
  loss: (window) => tagLoss(window, grammar.tags.length),
  lossProtocol: "mean cross-entropy per token in nats",
  description: "by a tag for each token; no two overlap",
});

/** The tag of each token of the window's core, by its id in `tagsOf`. */
function tagTargets(entities: readonly TokenEntity[], { inputIds, window, core }: TokenEncoding): WindowTargets {
  const tags = new Int32Array(core.end);
  for (const { start, end, type } of entities) {
    if (start >= core.end) continue;
    tags.fill(2 + 2 * type, start, end);
    tags[start] = 1 + 2 * type;
  }
  const targets = new Int32Array(inputIds.length).fill(ignoredLabel);
  targets.set(tags.subarray(core.start), 1 + core.start - window.start);
  return { targets, entities: [] };
}

/** The cross-entropy of the tokens that have a target of the model's. */
function tagLoss({ logits, targets: { targets = new Int32Array() } }: ScoredWindow, width: number): SummedLoss {
  let [sum, count] = [0, 0];
  for (const [token, target] of targets.entries()) {
    if (target === ignoredLabel || target >= width) continue;
    sum += crossEntropyOf(logits.subarray(token * width, (token + 1) * width), target);
    count++;
  }
  return { sum, count };
}

/**
 * Finds entities by tags. Each token has the tags of the window in which it has the most context; one decoding reads all of
 * them, so that an entity may lie across two windows.
 */
function findByTags(grammar: TagGrammar, tokens: TextTokens, windows: readonly ScoredWindow[]): Finding {
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
