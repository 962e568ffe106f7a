import type { Document, Span } from "../../../corpus/document.ts";
import { DataError, UsageError } from "../../../errors.ts";
import { bestRelation, decodePairs } from "../../../evaluation/decoding.ts";
import { listed } from "../../../quote.ts";
import { alignedTokens } from "../../../tokenization/inputs/aligned-tokens.ts";
import type { Attribution } from "../../attribution.ts";
import type { Attribute, ExplainedPair, Explanation, WordScore } from "../explanation.ts";
import { checkPredictionInput, type PredictionInput } from "../prediction-input.ts";
import type { Answering } from "../task.ts";
import { encodeExamples } from "./encode.ts";
import type { RelationsLearned } from "./learned.ts";

/**
 * Explains the label of one pair by the words of its text: gradient times input of each token's embedding, summed over
 * the tokens of a word. A relation is explained against no relation, no relation against the most probable relation; of
 * several labels a pair each is a question of its own.
 * @throws DataError for a pair that the model cannot be shown, UsageError for a label that it does not have
 */
export async function explain(
  model: Pick<Answering<RelationsLearned>, "learned" | "tokenizer" | "maxLength">,
  attribute: Attribute,
  input: PredictionInput,
  { head, tail, label: wanted }: ExplainedPair,
): Promise<Explanation> {
  checkPredictionInput({ ...input, pairs: [[head, tail]] });
  const { id2label, encoding: name, markers, decoding, thresholds, calibration, noRelationId: none } = model.learned;
  const entities = input.entities.map(({ start, end, type = "" }) => ({ start, end, type }));
  const document: Document = { id: input.id ?? "0", text: input.text, entities, relations: [] };
  const pair = { document, head, tail };
  const options = { encoding: name, markers, maxLength: model.maxLength };
  const { texts, unscored } = await encodeExamples(model.tokenizer, [pair], options);
  const [encoded] = texts;
  if (!encoded) throw new DataError(`Cannot explain the answer: ${unscored[0]!.message}.`);

  const zeros = new Float32Array(id2label.length);
  const { logits } = await attribute(encoded.encoding, zeros);
  const decoded = decodePairs([{ pair, logits }], decoding, { thresholds, calibration })[0]!;
  const label = wanted === undefined ? decoded.labels[0]! : id2label.indexOf(wanted);
  if (label < 0)
    throw new UsageError(`Cannot explain ${JSON.stringify(wanted)}: the labels of the model are ${listed(id2label)}.`);
  const against = decoding.multiLabel ? undefined : label === none ? bestRelation(decoded.probabilities, none) : none;
  const weights = zeros.map((_, id) => (id === label ? 1 : id === against ? -1 : 0));
  const attribution = await attribute(encoded.encoding, weights);
  const cuts = name === "document" ? entities : [entities[head]!, entities[tail]!];
  const places = alignedTokens(model.tokenizer.words, input.text, cuts, encoded.encoding.inputIds);
  return {
    head,
    tail,
    label: id2label[label]!,
    against: against === undefined ? undefined : id2label[against]!,
    evidence: logits[label]! - (against === undefined ? 0 : logits[against]!),
    ...wordScores(input.text, places, attribution),
  };
}

/** Sums the scores of tokens over words and single signs. */
function wordScores(
  text: string,
  places: readonly (Span | undefined)[],
  { words, entities }: Attribution,
): Pick<Explanation, "words" | "types" | "others"> {
  const found = [...text.matchAll(/[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu)].map(({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
    text: word,
    score: 0,
    isRead: false,
  }));
  let others = 0;
  let at = 0;
  for (const [token, place] of places.entries()) {
    const score = words[token]!;
    const visible = place && firstVisible(text, place);
    if (visible === undefined) {
      others += score;
      continue;
    }
    while (at > 0 && found[at]!.start > visible) at--;
    while (at < found.length - 1 && found[at]!.end <= visible) at++;
    const word = found[at]!;
    word.score += score;
    word.isRead = true;
  }
  const scores = found.flatMap(({ isRead, ...word }): WordScore[] => (isRead ? [word] : []));
  return { words: scores, types: entities.reduce((sum, score) => sum + score, 0), others };
}

function firstVisible(text: string, { start, end }: Span): number | undefined {
  for (let at = start; at < end; at++) if (!/\s/u.test(text.charAt(at))) return at;
  return undefined;
}
