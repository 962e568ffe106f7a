import type { EvaluateConfig } from "../config.ts";
import { noRelationId } from "../corpus/labels.ts";
import { NoticeLog, type Notice } from "../corpus/notices.ts";
import { makePairs } from "../corpus/pairs.ts";
import { noRelationNames, withOneNoRelation } from "../corpus/no-relation.ts";
import { readCorpus } from "../formats/read.ts";
import { formatSettings } from "../formats/settings.ts";
import { pickSettings } from "../settings.ts";
import { baselinesOf } from "../evaluation/baselines.ts";
import { formatLosses } from "../model/tasks/relations/losses.ts";
import { defaultBatchSizes } from "../model/prediction-session.ts";
import { encodeExamples, requireEncodable } from "../model/tasks/relations/encode.ts";
import { resolveModel, type ModelEvent } from "../model/source.ts";
import { openPairModel } from "./open-model.ts";
import { evaluatePairs, scoresOfLogits, type PairEvaluation } from "../model/tasks/relations/evaluation.ts";
import { shownTypes } from "./shown-types.ts";
import { reportTypes } from "../model/tasks/relations/type-notices.ts";
import { scoringSchema, type UnknownLabel } from "../model/tasks/relations/scoring-schema.ts";
import type { RunControl } from "./train.ts";

export type EvaluateEvent =
  | ModelEvent
  | {
      readonly type: "data";
      readonly documents: number;
      readonly pairs: number;
      readonly notices: readonly Notice[];
      readonly lengths: readonly string[];
    }
  /** Counts pairs. */
  | { readonly type: "evaluating"; readonly done: number; readonly total: number };

export interface EvaluateResult {
  readonly evaluation: PairEvaluation;
  /** Labels of the documents that the model does not know; their relations count as misses. */
  readonly unknownLabels: readonly UnknownLabel[];
  readonly seconds: number;
}

/**
 * Scores a model folder on annotated documents, every ordered pair counted, beside the baselines learnt with it. A
 * relation whose label the model does not know is a miss.
 * @throws NoKnownLabelError where the model knows no label of the documents.
 */
export async function* evaluate(
  folder: string,
  paths: readonly string[],
  config: EvaluateConfig,
  { shouldStop }: RunControl = {},
): AsyncGenerator<EvaluateEvent, EvaluateResult> {
  const started = performance.now();
  const model = await openPairModel(yield* resolveModel(folder, shouldStop), {
    intraOpNumThreads: config.threads,
    noRelationLabel: config.noRelationLabel,
    dtype: config.dtype,
  });
  try {
    const corpus = await readCorpus(paths, pickSettings(formatSettings, config));
    const log = new NoticeLog();
    // As training did, or as the flag says.
    const alike = config.noRelationLabel ?? model.manifest?.settings["noRelationLabel"];
    const none = model.schema.noRelationLabel;
    const others = (typeof alike === "string" ? noRelationNames(alike) : []).filter((name) => name !== none);
    const documents = withOneNoRelation(corpus.documents, [none, ...others], log);
    const { schema, unknown } = scoringSchema(documents, model.schema, log);
    const pairs = documents.flatMap((document) => makePairs(document, schema, log));
    const types = shownTypes(model);
    for (const { entities, source, id } of types ? documents : [])
      reportTypes(entities, types!, log, source ?? { file: id });
    const { encoding, markers, maxLength } = model;
    const bounds = { ...model.bounds, maxPairs: config.maxPairs ?? model.bounds.maxPairs };
    const encoded = await encodeExamples(model.tokenizer, pairs, { encoding, markers, maxLength, bounds });
    requireEncodable(encoded, "pairs to be scored");
    const notices = [...corpus.notices, ...log.list()];
    yield {
      type: "data",
      documents: documents.length,
      pairs: pairs.length,
      notices,
      lengths: formatLosses(encoded, model.schema),
    };

    const logits: Float32Array[] = [];
    const encodings = encoded.texts.map((text) => text.encoding);
    const batchSize = config.batchSize ?? defaultBatchSizes[encoding];
    let done = 0;
    for await (const part of model.session.inParts(encodings, { batchSize, shouldStop })) {
      for (const [index, rows] of part) {
        logits[index] = rows;
        done += encoded.texts[index]!.pairs.length;
      }
      yield { type: "evaluating", done, total: encoded.count };
    }
    const baselines = model.manifest?.baselines
      ? baselinesOf(model.manifest.baselines, noRelationId(model.schema))
      : [];
    const scored = scoresOfLogits(encoded, logits, model.schema, model.thresholds, schema.id2label);
    const evaluation = evaluatePairs(encoded, scored, model.schema, baselines, corpus.sources);
    return { evaluation, unknownLabels: unknown, seconds: (performance.now() - started) / 1000 };
  } finally {
    await model.dispose();
  }
}
