import { entityUnit } from "../../../corpus/unit.ts";
import { tokensOf } from "../../../tokenization/inputs/text-tokens.ts";
import type { Knowing, MetDocuments, Task } from "../task.ts";
import { plural } from "../../../quote.ts";
import { withUnknownLabels } from "../unknown-labels.ts";
import type { Document } from "../../../corpus/document.ts";
import type { NoticeLog } from "../../../corpus/notices.ts";
import { formatAlignmentLosses } from "./align.ts";
import { card } from "./card.ts";
import { byText, encodeTexts, type EncodedTokens } from "./encode.ts";
import { judgeEntities } from "./judge.ts";
import { evaluateEntities, scoreEntities, type EntityBaseline } from "./evaluation.ts";
import type { TextAnswer } from "./answers.ts";
import { learnGazetteer, lookUp } from "./gazetteer.ts";
import { examples, learn, tidy, type TextExample } from "./learn.ts";
import type { EntitiesLearned } from "./learned.ts";
import { annotate, predict } from "./predict.ts";
import { entitiesSettings } from "./settings.ts";
import { describeStored, open, store, storedReading } from "./store.ts";

/** A text has a logit for each type and pair of tokens if all spans are scored, and far fewer if tokens are. */
const batchSizeOf = ({ decoder, exampleLabels }: EntitiesLearned): number =>
  decoder.name === "flat" ? 16 : Math.max(1, Math.min(8, Math.floor(64 / exampleLabels.length)));

/** The task that finds the entities of a text. */
export const entities: Task<EntitiesLearned, TextExample> = {
  name: "entities",
  unit: entityUnit,
  settings: entitiesSettings,
  findsEntities: true,
  fewestEntities: 0,
  tidy,
  learn,
  examples,
  withBaselines: (training, learned) => ({
    ...learned,
    gazetteer: learnGazetteer(
      training.map(({ document }) => document),
      (type) => (learned.exampleLabels.includes(type) ? learned.exampleLabels.indexOf(type) : undefined),
    ),
  }),
  start: (train) => ({ texts: train.map(({ text }) => text), typedEntities: [], needsTypedEntities: false }),
  head: ({ decoder }) => decoder.head,
  encode: async (tokenizer, asked, { decoder }, maxLength) =>
    encodeTexts(tokenizer, asked.examples, maxLength, ({ gold }) => gold, decoder),
  losses: (encoded) => formatAlignmentLosses((encoded as EncodedTokens<TextExample>).alignment),
  trainingBatchSize: batchSizeOf,
  scoringBatchSize: batchSizeOf,
  score(encoded, logits, learned) {
    const { exampleLabels, goldLabels = exampleLabels, decoder } = learned;
    const { texts, unscored } = encoded as EncodedTokens<TextExample>;
    const loss = { sum: 0, count: 0 };
    const answers = byText(texts, logits).map(({ example, tokens, windows }): TextAnswer => {
      for (const { sum, count } of windows.map((window) => decoder.loss(window))) {
        loss.sum += sum;
        loss.count += count;
      }
      const { found, probability } = decoder.find(tokens, windows);
      const goldProbabilities = example.gold.map((span) => {
        const place = tokensOf(tokens, span);
        return place && span.type < exampleLabels.length ? probability(place, span.type) : 0;
      });
      return { example, labels: found.map(({ type }) => type), probabilities: [], found, goldProbabilities };
    });
    const missed = unscored.map(({ example }) => example);
    const mean = { value: loss.sum / Math.max(1, loss.count), protocol: decoder.lossProtocol };
    return scoreEntities(answers, missed, mean, goldLabels);
  },
  meet,
  evaluate({ unscored }, scored, { exampleLabels, goldLabels = exampleLabels, gazetteer }) {
    const missed = unscored.map(({ example }) => example);
    return evaluateEntities(scored, missed, gazetteer ? [gazetteerBaseline(gazetteer)] : [], goldLabels);
  },
  judge: judgeEntities,
  card,
  predict,
  annotate,
  store,
  storedReading,
  describeStored,
  open,
  facts: ({ exampleLabels, decoder }) => [
    { name: "reads", value: "a text once, in windows that overlap by half where it is long" },
    { name: "finds", value: `entities of ${plural(exampleLabels.length, "type")} ${decoder.description}` },
  ],
  labelFacts: () => [],
};

const gazetteerBaseline = (gazetteer: NonNullable<EntitiesLearned["gazetteer"]>): EntityBaseline => ({
  name: "gazetteer",
  description: `finds the surfaces of ${gazetteer.entities} training entities, the longest at each place, with their most frequent type`,
  find: (text) => lookUp(gazetteer, text),
});

/** Gold documents as the model's were read; types that it does not know are counted. */
function meet(
  given: readonly Document[],
  { learned }: Knowing<EntitiesLearned>,
  notices: NoticeLog,
): MetDocuments<EntitiesLearned> {
  const documents = tidy(given, {}, notices);
  const gold = documents.flatMap(({ id, entities: spans, source }) =>
    spans.map(({ type }) => ({ label: type, at: source ?? { file: id } })),
  );
  const asLabels = { ...learned, id2label: learned.exampleLabels };
  const { learned: met, unknown } = withUnknownLabels(gold, asLabels, "entities", notices);
  const { goldLabels } = met;
  return { documents, unknown, learned: goldLabels ? { ...learned, goldLabels } : learned };
}
