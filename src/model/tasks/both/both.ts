import { pairUnit } from "../../../corpus/unit.ts";
import { NoticeLog } from "../../../corpus/notices.ts";
import type { PairExample } from "../../../corpus/pairs.ts";
import type { ScoredAnswers } from "../../../evaluation/evaluation.ts";
import { jointHead } from "../../heads/joint-head.ts";
import { entities } from "../entities/entities.ts";
import type { TextExample } from "../entities/learn.ts";
import { relations } from "../relations/relations.ts";
import type { Asked, Task } from "../task.ts";
import { card } from "./card.ts";
import { encodeBoth, isText, type BothExample, type EncodedBoth } from "./encode.ts";
import { joined, type BothLearned } from "./learned.ts";
import { bothSettings, type BothRun } from "./settings.ts";
import { describeStored, open, store, storedReading } from "./store.ts";

const pairsOf = (examples: readonly BothExample[]): PairExample[] =>
  examples.filter((one): one is PairExample => !isText(one));
const textsOf = (examples: readonly BothExample[]): TextExample[] => examples.filter(isText);

/**
 * Relations and entities by one encoder with two heads: every text is read with its mentions, for the relations between them,
 * and once more bare, for the entities to be found. A trained model finds the entities of a text and then relates them.
 */
export const both: Task<BothLearned, BothExample, BothRun> = {
  name: "both",
  unit: { ...pairUnit, counted: "relations and types of entities" },
  settings: bothSettings,
  fewestEntities: 0,
  tidy: (documents, settings, notices) => relations.tidy(documents, settings, notices),
  async learn(corpus, settings, notices) {
    const ofRelations = await relations.learn(corpus, settings, notices);
    const tidied = (documents: typeof corpus.documents) => entities.tidy(documents, settings, new NoticeLog());
    const bare = { ...corpus, documents: tidied(corpus.documents), train: tidied(corpus.train) };
    return joined(ofRelations, await entities.learn(bare, settings, notices));
  },
  examples(documents, learned, doing, notices) {
    const pairs = relations.examples(documents, learned, doing, notices);
    const bare = entities.tidy(documents, {}, notices);
    const shift = learned.id2label.length;
    const texts = entities.examples(bare, learned.entities, doing, notices).examples.map((text): TextExample => ({
      ...text,
      labels: text.gold.map(({ type }) => shift + type),
      // Pairs are counted, not texts.
      size: 0,
    }));
    return { examples: [...pairs.examples, ...texts], omitted: pairs.omitted };
  },
  ask(examples, learned): Omit<Asked<BothExample>, "omitted"> {
    const asked = relations.ask!(pairsOf(examples), learned);
    return { examples: [...asked.examples, ...textsOf(examples)], excluded: asked.excluded };
  },
  thin: (examples, learned, settings) => [
    ...relations.thin!(pairsOf(examples), learned, settings),
    ...textsOf(examples),
  ],
  withBaselines: (examples, learned) => ({
    ...learned,
    ...relations.withBaselines(pairsOf(examples), learned),
    entities: entities.withBaselines(textsOf(examples), learned.entities),
  }),
  start: (train, settings) => relations.start(train, settings),
  head: (learned) => headOf(learned),
  encode: encodeBoth,
  losses(encoded, learned, total) {
    const { relations: ofPairs, entities: ofTexts } = encoded as EncodedBoth;
    return [...relations.losses(ofPairs, learned, total), ...entities.losses(ofTexts, learned.entities, total)];
  },
  // Each text is read twice.
  trainingBatchSize: (learned, train) =>
    learned.encoding === "pair"
      ? relations.trainingBatchSize(learned, train)
      : Math.min(
          2 * relations.trainingBatchSize(learned, train),
          2 * entities.trainingBatchSize(learned.entities, train),
        ),
  scoringBatchSize: (learned) =>
    Math.min(relations.scoringBatchSize(learned), entities.scoringBatchSize(learned.entities)),
  score(encoded, logits, learned) {
    const { relations: ofPairs, entities: ofTexts } = encoded as EncodedBoth;
    const count = ofPairs.texts.length;
    const scored = relations.score(ofPairs, logits.slice(0, count), learned);
    return { ...scored, entities: entities.score(ofTexts, logits.slice(count), learned.entities) };
  },
  tune({ encoded, logits, asked, trained }, learned, settings) {
    const { relations: ofPairs } = encoded as EncodedBoth;
    const own = logits.slice(0, ofPairs.texts.length);
    const facts = { encoded: ofPairs, logits: own, asked: pairsOf(asked), trained: pairsOf(trained) };
    const tuned = relations.tune?.(facts, learned, settings);
    return tuned && { ...tuned, learned: { ...learned, ...tuned.learned } };
  },
  meet(documents, { learned, tokenizer }, notices) {
    const met = relations.meet(documents, { learned, tokenizer }, notices);
    return { ...met, learned: { ...learned, ...met.learned } };
  },
  evaluate(encoded, scored, learned, sources) {
    const { relations: ofPairs, entities: ofTexts } = encoded as EncodedBoth;
    return {
      ...relations.evaluate(ofPairs, scored as ScoredAnswers<PairExample>, learned, sources),
      entities: entities.evaluate(ofTexts, scored.entities as ScoredAnswers<TextExample>, learned.entities, sources),
    };
  },
  parts: (learned) => ({
    main: { task: relations, learned, head: relations.head(learned) },
    finder: { task: entities, learned: learned.entities, head: learned.entities.decoder.head },
  }),
  predict: (model, inputs, options) => relations.predict(model, inputs, options),
  annotate: (document, prediction, learned) => relations.annotate(document, prediction, learned),
  symmetricLabels: (learned) => relations.symmetricLabels!(learned),
  shownTypes: (model) => relations.shownTypes!(model),
  card,
  store,
  storedReading,
  describeStored,
  open,
  facts: (learned) => [
    ...relations.facts(learned),
    ...entities.facts(learned.entities).filter(({ name }) => name === "finds"),
  ],
  labelFacts: (learned) => relations.labelFacts(learned),
};

const headOf = (learned: BothLearned): ReturnType<typeof jointHead> =>
  jointHead({
    pairs: relations.head(learned),
    labels: learned.id2label.length,
    entities: learned.entities.decoder.head,
    classes: learned.entities.id2label.length,
  });
