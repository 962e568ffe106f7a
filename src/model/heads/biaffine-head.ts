import { add, cumSum, linear, matMul, neg, reshape, softplus, sub, type Tensor } from "../../autodiff/index.ts";
import { product } from "../../autodiff/dims.ts";
import { ignoredLabel, multiLabelWeighted, type Objective } from "../../nn/objectives.ts";
import { denseParameters } from "../../nn/parameters.ts";
import type { GraphBuilder } from "../../nn/graph-builder.ts";
import type { Encoding } from "../../tokenization/inputs/encoding.ts";
import { isAskedAbout, type TokenEncoding } from "../../tokenization/inputs/token-encoding.ts";
import type { Head, StateSizes } from "./head.ts";

/** The width of the two projections whose product scores a span. */
const rank = 64;

const startName = "biaffine_start";
const endName = "biaffine_end";
const insideName = "biaffine_inside";

/**
 * Scores every span of a text for every type, so that entities may nest and overlap: a row for each first and last token, a
 * logit for each type.
 *
 * The logit is a biaffine form of the states of both tokens (Dozat and Manning 2017; Yu et al. 2020), of low rank, plus
 * Σ log σ(inside) over all tokens of the span, which is near 0 only if each of them may be inside an entity of the type. It
 * keeps a span from going on from one entity into the next, and it is the difference of two running sums, so that all spans
 * of a text cost one product of matrices. Rows whose last token is before the first mean nothing.
 */
export const biaffineHead: Head = {
  name: "biaffine",
  reads: "words",
  rows: "batch*words*words",
  // No row of features: `classifier.weight` of a file is never this head's.
  statesPerRow: 0,
  bias: false,
  parameters: ({ hiddenSize }, numLabels) =>
    [
      ...denseParameters(startName, rank, hiddenSize),
      ...denseParameters(endName, numLabels * rank, hiddenSize),
      ...denseParameters(insideName, numLabels, hiddenSize),
    ].map((spec) => ({ ...spec, isOfHead: true })),
  features: (_, { words }) => words!,
  logits: (builder, { words }, sizes) => spanLogits(builder, words!, sizes),
  inputs: () => new Map(),
  feeds: () => new Map(),
  outputs: (logits) => new Map([["logits", reshape(logits, ["batch", "words", "words", logits.shape[1]!])]]),
  rowsOf: (encodings, { words }) => encodings.map((_, text) => ({ start: text * words * words, count: words * words })),
  condense: likelySpans,
  objective: ({ labelWeights, prefix, labelSmoothing, focalGamma }): Objective => ({
    ...multiLabelWeighted(labelWeights, prefix, { labelSmoothing, focalGamma }),
    // A text has few entities among very many spans: a mean over spans would be next to nothing.
    countRows: (labels, numLabels) => countOfEntities(labels) / numLabels,
  }),
};

function spanLogits(builder: GraphBuilder, words: Tensor, { hiddenSize: H, hiddenDropoutProb }: StateSizes): Tensor {
  const dense = (x: Tensor, name: string): Tensor =>
    linear(x, builder.parameter(`${name}.weight`), builder.parameter(`${name}.bias`));
  const states = builder.dropout(reshape(words, ["batch*words", H]), hiddenDropoutProb, "biaffine");
  const inside = dense(states, insideName);
  const types = inside.shape[1] as number;

  const starts = reshape(dense(states, startName), ["batch", "words", rank]);
  const ends = reshape(dense(states, endName), ["batch", product(["words", types]), rank]);
  const products = matMul(starts, ends, { transB: true, alpha: 1 / Math.sqrt(rank) });

  const logInside = reshape(neg(softplus(neg(inside))), ["batch", "words", types]);
  const upTo = cumSum(logInside, 1);
  const before = reshape(sub(upTo, logInside), ["batch", "words", 1, types]);
  const through = reshape(upTo, ["batch", 1, "words", types]);
  const logits = add(reshape(products, ["batch", "words", "words", types]), sub(through, before));
  return reshape(logits, ["batch*words*words", types]);
}

const countOfEntities = (labels: Int32Array): number =>
  Math.max(
    1,
    labels.reduce((count, label) => count + (label === 1 ? 1 : 0), 0),
  );

/** Spans below this probability are not kept. */
export const leastProbability = 0.001;
const leastLogit = Math.log(leastProbability / (1 - leastProbability));

/** The numbers that a span takes in what `likelySpans` returns: first token, last token, type, logit. */
export const numbersPerSpan = 4;

/**
 * Keeps the likely spans of a window alone, since all of them are too many to hold for many texts.
 * @param rows the logits [words, words, types], padding among the words
 * @returns Σ −log(1 − p) over the spans left out, then for each span kept first token, last token, type and logit, in the
 * order of the tokens
 */
function likelySpans(rows: Float32Array, encoding: Encoding, types: number): Float32Array {
  const words = Math.round(Math.sqrt(rows.length / types));
  const kept: number[] = [0];
  let rest = 0;
  for (const [first, last] of askedSpans(encoding)) {
    const at = (first * words + last) * types;
    for (let type = 0; type < types; type++) {
      const logit = rows[at + type]!;
      // NaN is kept, so that it is seen.
      if (logit < leastLogit) rest += Math.log1p(Math.exp(logit));
      else kept.push(first, last, type, logit);
    }
  }
  kept[0] = rest;
  return Float32Array.from(kept);
}

/** Targets of the rows of one window: 0 for every span that it is asked about, -100 for all others; [words, words, types]. */
export function emptyTargets(encoding: Encoding, words: number, types: number): Int32Array {
  const targets = new Int32Array(words * words * types).fill(ignoredLabel);
  for (const [first, last] of askedSpans(encoding)) {
    const at = (first * words + last) * types;
    targets.fill(0, at, at + types);
  }
  return targets;
}

function* askedSpans(encoding: Encoding): Generator<readonly [first: number, last: number]> {
  const end = encoding.inputIds.length - 1;
  for (let first = 1; first < end; first++)
    for (let last = first; last < end; last++)
      if (isAskedAbout(encoding as TokenEncoding, first, last)) yield [first, last];
}
