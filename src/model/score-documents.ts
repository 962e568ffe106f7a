import { NoticeLog, type Notice } from "../corpus/notices.ts";
import type { Unit } from "../corpus/unit.ts";
import type { ScoredAnswers } from "../evaluation/evaluation.ts";
import { sizeOf, type LabelledExample } from "../evaluation/mistakes.ts";
import type { Corpus } from "../formats/read.ts";
import { mapped } from "../generators.ts";
import type { Predictor } from "./predictor.ts";
import { scoredParts } from "./scored-parts.ts";
import { requireEncodable, sumOfOmitted, type Encoded } from "./tasks/encoded.ts";
import type { Learned, MetDocuments } from "./tasks/task.ts";

export type ScoringEvent =
  | {
      readonly type: "data";
      /** The thing that gets a label. */
      readonly unit: Unit;
      readonly documents: number;
      readonly examples: number;
      readonly notices: readonly Notice[];
      readonly lengths: readonly string[];
    }
  /** Counts examples. */
  | { readonly type: "evaluating"; readonly done: number; readonly total: number };

/** A model's answers to all examples of annotated documents. */
export interface ScoredDocuments extends MetDocuments<Learned> {
  readonly encoded: Encoded<LabelledExample>;
  readonly logits: readonly Float32Array[];
  readonly scored: ScoredAnswers<LabelledExample>;
  /** Those of reading the documents and of what is asked about them. */
  readonly notices: readonly Notice[];
}

export interface ScoringOptions {
  readonly batchSize: number | undefined;
  readonly shouldStop?: (() => boolean) | undefined;
}

/**
 * Asks a model about every example of annotated documents. An example whose label the model does not know is a miss.
 * @throws NoKnownLabelError if the model knows no label of the documents
 */
export async function* scoreDocuments(
  { task, session, ...model }: Predictor,
  corpus: Pick<Corpus, "documents" | "notices">,
  { batchSize, shouldStop }: ScoringOptions,
): AsyncGenerator<ScoringEvent, ScoredDocuments> {
  const log = new NoticeLog();
  const met = task.meet(corpus.documents, model, log);
  const { documents, learned } = met;
  const { examples, omitted } = task.examples(documents, learned, "score", log);
  const asked = { ...(task.ask?.(examples, learned) ?? { examples, excluded: [] }), omitted };
  const encoded = await task.encode(model.tokenizer, asked, learned, model.maxLength);
  requireEncodable(encoded, `${task.unit.many} to be scored`);
  const total = sizeOf(examples) + sumOfOmitted(omitted);
  const notices = [...corpus.notices, ...log.list()];
  yield {
    type: "data",
    unit: task.unit,
    documents: documents.length,
    examples: total,
    notices,
    lengths: task.losses(encoded, learned, total),
  };
  const options = { batchSize: batchSize ?? task.scoringBatchSize(learned), shouldStop };
  const scoring = scoredParts(encoded, session, options);
  const logits = yield* mapped(scoring, (done): ScoringEvent => ({ type: "evaluating", ...done }));
  return { ...met, encoded, logits, scored: task.score(encoded, logits, learned), notices };
}
