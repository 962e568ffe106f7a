import { typesRuleOut, type PairPlace } from "../../../corpus/candidates.ts";
import type { Document } from "../../../corpus/document.ts";
import { noRelationId } from "../../../corpus/labels.ts";
import { countCandidates, nearestPairs } from "../../../corpus/nearest-pairs.ts";
import { mirrorLabels, type RelationSchema } from "../../../corpus/schema.ts";
import { answerProbability } from "../../../evaluation/abstention.ts";
import { decidingThreshold, decodePairs, type DecodedPair, type Thresholds } from "../../../evaluation/decoding.ts";
import { rowsOf } from "../encoded.ts";
import type { DocumentPrediction, PairPredictionResult } from "../prediction.ts";
import { checkPredictionInput, type PredictionInput } from "../prediction-input.ts";
import type { Answering, AnswerOptions } from "../task.ts";
import { encodeExamples } from "./encode.ts";
import type { RelationsLearned } from "./learned.ts";
import { pairCosts, requirePairBudget, type PairCost } from "./pair-budget.ts";

/**
 * Labels of pairs, with probabilities, for many texts at once. Pairs are those asked for, or every ordered pair that
 * the model's schema lets be related. A symmetric relation that both directions are given stands once, from the entity
 * that comes first in the text, unless the pairs were asked for.
 * @throws DataError for an input that checkPredictionInput refuses.
 */
export async function predict(
  model: Answering<RelationsLearned>,
  inputs: readonly PredictionInput[],
  { batchSize, relationsOnly, maxPairs = model.learned.bounds.maxPairs, abstain = 0, shouldStop }: AnswerOptions,
  room: PairCost,
): Promise<DocumentPrediction[]> {
  const { decoding: schema, ...learned } = model.learned;
  for (const input of inputs) checkPredictionInput(input);
  const documents = inputs.map(({ id, text, entities }, i): Document => ({
    id: id ?? String(i),
    text,
    entities: entities.map(({ start, end, type }) => ({ start, end, type: type ?? "" })),
    relations: [],
  }));
  const bounds = { ...learned.bounds, maxPairs };
  requirePairBudget(
    documents.map(({ id, entities }, i) => ({
      id,
      source: inputs[i]!.source,
      entities: entities.length,
      pairs: inputs[i]!.pairs?.length ?? countCandidates(entities, bounds),
    })),
    { cost: pairCosts.predict(schema.id2label.length), doing: "score", room },
  );
  const asked = new Set<PairPlace>();
  const unscored = new Map<Document, number>();
  const wanted: PairPlace[] = [];
  for (const [i, document] of documents.entries()) {
    const { pairs } = inputs[i]!;
    for (const [head, tail] of pairs ?? pairsWithin(document)) {
      const place = { document, head, tail };
      if (pairs) asked.add(place);
      wanted.push(place);
    }
  }
  const results = new Map<PairPlace, PairPredictionResult>();
  const isAsked = (pair: PairPlace): boolean => asked.has(pair);
  const ofAsked = await score(wanted.filter(isAsked), true);
  const decoded = ofAsked.concat(
    await score(
      wanted.filter((pair) => !isAsked(pair)),
      false,
    ),
  );
  const reverseOf = reversePairs(decoded);
  for (const scored of decoded) {
    if (asked.has(scored.pair) || !isMirrored(scored, reverseOf(scored), schema))
      results.set(scored.pair, resultOf(scored, schema, learned.thresholds, abstain));
  }

  const none = schema.noRelationLabel;
  const withPairs = new Set(wanted.map(({ document }) => document));
  const byDocument = new Map<Document, PairPredictionResult[]>(documents.map((document) => [document, []]));
  for (const pair of wanted) {
    const result = results.get(pair);
    if (result && !(relationsOnly && result.label === none)) byDocument.get(pair.document)!.push(result);
    else if (result?.unscored !== undefined) unscored.set(pair.document, (unscored.get(pair.document) ?? 0) + 1);
  }
  return documents.map((document, i) => ({
    ...(inputs[i]!.id === undefined ? {} : { id: inputs[i]!.id }),
    text: document.text,
    entities: document.entities.map((entity) => ({ ...entity, text: document.text.slice(entity.start, entity.end) })),
    relations: byDocument.get(document)!,
    ...(unscored.has(document) ? { unscoredPairs: unscored.get(document)! } : {}),
    ...(isUnasked(document, inputs[i]!) ? { noPairAsked: true as const } : {}),
  }));

  function isUnasked(document: Document, { pairs }: PredictionInput): boolean {
    if (pairs !== undefined || document.entities.length < 2 || unscored.has(document)) return false;
    return !withPairs.has(document);
  }

  function pairsWithin(document: Document): readonly (readonly [head: number, tail: number])[] {
    const { pairs, excluded } = nearestPairs(document.entities, bounds);
    if (excluded.count > 0) unscored.set(document, excluded.count);
    return pairs;
  }

  /** Scores pairs; those that were asked for are scored whatever the bounds. */
  async function score(pairs: readonly PairPlace[], isAsked: boolean): Promise<DecodedPair<PairPlace>[]> {
    const { encoding, markers, thresholds, calibration } = learned;
    const options = { encoding, markers, maxLength: model.maxLength, ...(isAsked ? {} : { bounds }) };
    const encoded = await encodeExamples(model.tokenizer, pairs, options);
    for (const { example: pair, message, excluded } of encoded.unscored) {
      if (!excluded) results.set(pair, unscoredResult(pair, schema.noRelationLabel, message));
    }
    const logits = await model.session.logits(
      encoded.texts.map((text) => text.encoding),
      { batchSize, shouldStop },
    );
    const rows = rowsOf(encoded.texts, logits).map(({ example: pair, logits: row }) => ({ pair, logits: row }));
    return decodePairs(rows, schema, { thresholds, calibration });
  }
}

const unscoredResult = ({ head, tail }: PairPlace, label: string, unscored: string): PairPredictionResult => ({
  head,
  tail,
  label,
  probability: 0,
  probabilities: {},
  unscored,
});

function resultOf(
  { pair, probabilities, labels }: DecodedPair<PairPlace>,
  schema: RelationSchema,
  thresholds: Thresholds | undefined,
  abstain: number,
): PairPredictionResult {
  const { id2label, multiLabel } = schema;
  const isAbstained = answerProbability({ probabilities, labels }, noRelationId(schema), multiLabel) < abstain;
  const threshold = decidingThreshold({ probabilities, labels }, schema, thresholds);
  const { entities } = pair.document;
  const ruledOut = typesRuleOut(schema, entities[pair.head]!, entities[pair.tail]!);
  return {
    head: pair.head,
    tail: pair.tail,
    label: id2label[labels[0]!]!,
    probability: probabilities[labels[0]!]!,
    ...(threshold === undefined ? {} : { threshold }),
    ...(ruledOut === undefined ? {} : { ruledOut }),
    ...(isAbstained ? { abstained: true as const } : {}),
    ...(multiLabel ? { labels: labels.map((id) => id2label[id]!) } : {}),
    probabilities: Object.fromEntries(id2label.map((label, id) => [label, probabilities[id]!])),
  };
}

/** Finds the answer for the reverse pair; undefined if that was not scored. */
function reversePairs(
  decoded: readonly DecodedPair<PairPlace>[],
): (scored: DecodedPair<PairPlace>) => DecodedPair<PairPlace> | undefined {
  const position = (document: Document, from: number, to: number): number => from * document.entities.length + to;
  const byDocument = new Map<Document, Map<number, DecodedPair<PairPlace>>>();
  for (const scored of decoded) {
    const { document, head, tail } = scored.pair;
    const ofDocument = byDocument.get(document) ?? new Map<number, DecodedPair<PairPlace>>();
    byDocument.set(document, ofDocument.set(position(document, head, tail), scored));
  }
  return ({ pair: { document, head, tail } }) => byDocument.get(document)!.get(position(document, tail, head));
}

/**
 * Whether all labels of a pair are symmetric and the reverse pair, whose head comes first in the text, has them too.
 */
function isMirrored(
  { pair, labels }: DecodedPair<PairPlace>,
  reverse: DecodedPair<PairPlace> | undefined,
  schema: RelationSchema,
): boolean {
  const { entities } = pair.document;
  const [head, tail] = [entities[pair.head]!, entities[pair.tail]!];
  const isSecond = head.start - tail.start || head.end - tail.end || pair.head - pair.tail;
  const mirrors = mirrorLabels(schema);
  const none = noRelationId(schema);
  return (
    isSecond > 0 && labels.every((id) => id !== none && mirrors[id] === id && (reverse?.labels.includes(id) ?? false))
  );
}

/**
 * The document with the relations that were found, each with its probability; none of them is the no-relation label.
 */
export function annotate(
  document: Document,
  { relations }: DocumentPrediction,
  { decoding: { noRelationLabel } }: RelationsLearned,
): Document {
  const found = relations.flatMap(({ head, tail, label, labels = [label], probabilities, unscored, abstained }) =>
    unscored === undefined && abstained === undefined
      ? labels.map((one) => ({ head, tail, label: one, probability: probabilities[one]! }))
      : [],
  );
  return { ...document, relations: found.filter(({ label }) => label !== noRelationLabel) };
}
