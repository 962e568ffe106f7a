// A model and data small enough to train in a test: 32 pairs of two texts for a luke-mini of two layers.
import { learnLabels } from "../../src/corpus/labels.ts";
import { NoticeLog } from "../../src/corpus/notices.ts";
import { openSchema } from "../../src/corpus/schema.ts";
import { makePairs } from "../../src/corpus/pairs.ts";
import { lukeMini, type LukeConfig } from "../../src/model/encoders/luke/config.ts";
import { type Batch, collate } from "../../src/tokenization/inputs/collate.ts";
import { encodePairs } from "../../src/tokenization/inputs/pair-encoding.ts";
import type { TrainingExamples } from "../../src/training/loop.ts";
import { makeDocument } from "../fixtures/documents.ts";
import { tinyTokenizer } from "./tiny-tokenizer.ts";

const tokenizer = tinyTokenizer();
const documents = [
  makeDocument(
    "1",
    "Anna read the contract of 2002 today",
    ["Anna", "read", "the contract", "2002", "today"],
    [
      [0, 1, "WHO_DO"],
      [1, 2, "DO_WHAT"],
      [3, 2, "TIME_OF_WHAT"],
      [1, 4, "DO_WHEN"],
    ],
  ),
  makeDocument(
    "2",
    "Ben sent the invoice of March on Friday",
    ["Ben", "sent", "the invoice", "March", "Friday"],
    [
      [0, 1, "WHO_DO"],
      [1, 2, "DO_WHAT"],
      [3, 2, "TIME_OF_WHAT"],
      [1, 4, "DO_WHEN"],
    ],
  ),
];
const schema = openSchema(learnLabels(documents));
export const numLabels = schema.id2label.length;
const pairs = documents.flatMap((document) => makePairs(document, schema, new NoticeLog())).slice(0, 32);
export const encodings = (
  await Promise.all(
    pairs.map(({ document, head, tail }) =>
      encodePairs(tokenizer, document.text, [{ head: document.entities[head]!, tail: document.entities[tail]! }]),
    ),
  )
).flatMap(([result]) => (result && "encoding" in result ? [result.encoding] : []));
export const examples: TrainingExamples<Batch> = {
  lengths: encodings.map(({ inputIds }) => inputIds.length),
  batch: (indices, whole) =>
    collate(
      indices.map((i) => encodings[i]!),
      tokenizer.padding,
      indices.map((i) => pairs[i]!.label),
      1,
      whole,
    ),
};

/** luke-mini, smaller. */
export const tiny: LukeConfig = {
  ...lukeMini(tokenizer.words.vocabSize, tokenizer.entityVocab.size),
  hiddenSize: 32,
  entityEmbSize: 16,
  intermediateSize: 64,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  maxPositionEmbeddings: 66,
};
