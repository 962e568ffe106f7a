import { crossEntropyOf } from "../../../evaluation/probabilities.ts";
import { entityUnit } from "../../../corpus/unit.ts";
import { ignoredLabel } from "../../../nn/objectives.ts";
import { tokensOf } from "../../../tokenization/inputs/text-tokens.ts";
import { tokenHead } from "../../heads/token-head.ts";
import type { Knowing, MetDocuments, Task } from "../task.ts";
import { withUnknownLabels } from "../unknown-labels.ts";
import type { Document } from "../../../corpus/document.ts";
import type { NoticeLog } from "../../../corpus/notices.ts";
import { formatAlignmentLosses } from "./align.ts";
import { card } from "./card.ts";
import { byText, encodeTexts, type EncodedTokens, type ScoredWindow } from "./encode.ts";
import { evaluateEntities, scoreEntities, type EntityBaseline } from "./evaluation.ts";
import type { TextAnswer } from "./answers.ts";
import { findByTags } from "./find.ts";
import { learnGazetteer, lookUp } from "./gazetteer.ts";
import { examples, learn, tidy, type TextExample } from "./learn.ts";
import type { EntitiesLearned } from "./learned.ts";
import { annotate, predict } from "./predict.ts";
import { entitiesSettings } from "./settings.ts";
import { describeStored, open, store } from "./store.ts";

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
  head: () => tokenHead,
  encode: async (tokenizer, asked, _, maxLength) =>
    encodeTexts(tokenizer, asked.examples, maxLength, ({ gold }) => gold),
  losses: (encoded) => formatAlignmentLosses((encoded as EncodedTokens<TextExample>).alignment),
  trainingBatchSize: () => 16,
  scoringBatchSize: () => 16,
  score(encoded, logits, learned) {
    const { exampleLabels, goldLabels = exampleLabels, grammar } = learned;
    const { texts, unscored } = encoded as EncodedTokens<TextExample>;
    const loss = { sum: 0, tokens: 0 };
    const answers = byText(texts, logits).map(({ example, tokens, windows }): TextAnswer => {
      for (const window of windows) addLoss(loss, window, grammar.tags.length);
      const { found, probability } = findByTags(grammar, tokens, windows);
      const goldProbabilities = example.gold.map((span) => {
        const place = tokensOf(tokens, span);
        return place && span.type < exampleLabels.length ? probability(place, span.type) : 0;
      });
      return { example, labels: found.map(({ type }) => type), probabilities: [], found, goldProbabilities };
    });
    const missed = unscored.map(({ example }) => example);
    return scoreEntities(answers, missed, loss.sum / Math.max(1, loss.tokens), goldLabels);
  },
  meet,
  evaluate({ unscored }, scored, { exampleLabels, goldLabels = exampleLabels, gazetteer }) {
    const missed = unscored.map(({ example }) => example);
    return evaluateEntities(scored, missed, gazetteer ? [gazetteerBaseline(gazetteer)] : [], goldLabels);
  },
  card,
  predict,
  annotate,
  store,
  describeStored,
  open,
  facts: ({ exampleLabels }) => [
    { name: "reads", value: "a text once, in windows that overlap by half where it is long" },
    { name: "finds", value: `entities of ${exampleLabels.length} types by a tag for each token; no two overlap` },
  ],
  labelFacts: () => [],
};

const gazetteerBaseline = (gazetteer: NonNullable<EntitiesLearned["gazetteer"]>): EntityBaseline => ({
  name: "gazetteer",
  description: `finds the surfaces of ${gazetteer.entities} training entities, the longest at each place, with their most frequent type`,
  find: (text) => lookUp(gazetteer, text),
});

/** Adds the cross-entropy of the tokens that have a target of the model's. */
function addLoss(loss: { sum: number; tokens: number }, { logits, targets }: ScoredWindow, width: number): void {
  for (const [token, target] of targets.entries()) {
    if (target === ignoredLabel || target >= width) continue;
    loss.sum += crossEntropyOf(logits.subarray(token * width, (token + 1) * width), target);
    loss.tokens++;
  }
}

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
