import { charactersOf, isVisible, type TextTokens } from "../../../tokenization/inputs/text-tokens.ts";
import { isAskedAbout, type TokenEncoding } from "../../../tokenization/inputs/token-encoding.ts";
import { biaffineHead, emptyTargets, leastProbability, numbersPerSpan } from "../../heads/biaffine-head.ts";
import type { TokenEntity } from "./align.ts";
import type { Decoder, Finding, ScoredWindow, SummedLoss, WindowTargets } from "./decoder.ts";
import type { FoundSpan } from "./spans.ts";

/** Finds entities by a score for each span and type, each on its own, so that entities may nest and overlap. */
export const nestedDecoder = (types: number): Decoder => ({
  name: "nested",
  head: biaffineHead,
  isMultiLabel: true,
  learnable: (gold) => gold,
  targets: (gold, encoding) => spanTargets(gold, encoding, types),
  find: findBySpans,
  loss: spanLoss,
  lossProtocol: "binary cross-entropy of all spans and types, per annotated entity, in nats",
  description: "by a score for each span; they may nest and overlap",
});

/** The entities that a window is asked about, by their indexes into `inputIds`. */
function spanTargets(gold: readonly TokenEntity[], encoding: TokenEncoding, types: number): WindowTargets {
  const shift = 1 - encoding.window.start;
  const entities = gold
    .map(({ start, end, type }) => ({ start: start + shift, end: end + shift, type }))
    .filter(({ start, end, type }) => type < types && isAskedAbout(encoding, start, end - 1));
  return {
    entities,
    paddedTargets: (words) => {
      const targets = emptyTargets(encoding, words, types);
      for (const { start, end, type } of entities) targets[(start * words + end - 1) * types + type] = 1;
      return targets;
    },
  };
}

/** A span of a window that the scorer kept. */
interface KeptSpan extends TokenEntity {
  readonly logit: number;
}

function* keptSpans(logits: Float32Array): Generator<KeptSpan> {
  for (let i = 1; i < logits.length; i += numbersPerSpan)
    yield { start: logits[i]!, end: logits[i + 1]! + 1, type: logits[i + 2]!, logit: logits[i + 3]! };
}

const keyOf = ({ start, end, type }: TokenEntity): string => `${start} ${end} ${type}`;
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** An entity that was not kept counts with the least probability that is kept. */
function spanLoss({ logits, targets: { entities } }: ScoredWindow): SummedLoss {
  const missing = new Set(entities.map(keyOf));
  let sum = logits[0]!;
  for (const span of keptSpans(logits))
    sum += missing.delete(keyOf(span)) ? softplus(-span.logit) : softplus(span.logit);
  return { sum: sum - missing.size * Math.log(leastProbability), count: entities.length };
}

/** Finds every span and type of a probability over one half; a span is read in the window where it has the most context. */
function findBySpans(tokens: TextTokens, windows: readonly ScoredWindow[]): Finding {
  const probabilities = new Map<string, number>();
  /** By characters and type: a span of tokens may begin or end with white space that is no part of it. */
  const found = new Map<string, FoundSpan>();
  for (const { encoding, logits } of windows) {
    const shift = encoding.window.start - 1;
    for (const { start, end, type, logit } of keptSpans(logits)) {
      const place = { start: start + shift, end: end + shift, type };
      if (!isPlace(tokens, place)) continue;
      const probability = sigmoid(logit);
      probabilities.set(keyOf(place), probability);
      const span = charactersOf(tokens, place);
      if (probability <= 0.5 || !span) continue;
      const key = keyOf({ ...span, type });
      const known = found.get(key);
      if (!known || known.probability < probability) found.set(key, { ...span, type, probability });
    }
  }
  return {
    found: [...found.values()].sort((a, b) => a.start - b.start || b.end - a.end || a.type - b.type),
    probability: (span, type) => probabilities.get(keyOf({ ...span, type })) ?? 0,
  };
}

/** Whether an entity may lie at a place: not with white space first, and not inside of a character. */
const isPlace = (tokens: TextTokens, { start, end }: TokenEntity): boolean =>
  isVisible(tokens, start) && tokens.isBoundary[start] !== 0 && tokens.isBoundary[end] !== 0;
