import type { EvaluateConfig } from "../config.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { readCorpus } from "../formats/read.ts";
import { formatSettings } from "../formats/settings.ts";
import type { UnknownLabel } from "../model/tasks/task.ts";
import { pickSettings } from "../settings.ts";
import { resolveModel, type ModelEvent } from "../model/source.ts";
import { endToEnd, type EndToEnd } from "../model/end-to-end.ts";
import { requireJoinable } from "../model/finder.ts";
import { openModel, type Predictor } from "../model/predictor.ts";
import { scoreDocuments, type ScoringEvent } from "../model/score-documents.ts";
import type { RunControl } from "./train.ts";

export type EvaluateEvent = ModelEvent | ScoringEvent;

export interface EvaluateResult {
  readonly evaluation: Evaluation;
  /** Labels of the documents that the model does not know; their examples count as misses. */
  readonly unknownLabels: readonly UnknownLabel[];
  /** With `entities`: relations and entities that are found in the bare texts. */
  readonly endToEnd?: EndToEnd;
  readonly seconds: number;
}

/**
 * Scores a model folder on annotated documents, every example counted, beside the baselines learnt with it. An example
 * whose label the model does not know is a miss.
 * @throws NoKnownLabelError if the model knows no label of the documents
 */
export async function* evaluate(
  folder: string,
  paths: readonly string[],
  config: EvaluateConfig,
  { shouldStop }: RunControl = {},
): AsyncGenerator<EvaluateEvent, EvaluateResult> {
  const started = performance.now();
  const model = await openModel(yield* resolveModel(folder, shouldStop), {
    ...config,
    intraOpNumThreads: config.threads,
  });
  let finder: Predictor | undefined;
  try {
    const { task } = model;
    finder = yield* openFinder(config, model, shouldStop);
    // In bare texts something may be found where nothing is annotated.
    const fewest = finder ? 0 : task.fewestEntities;
    const corpus = await readCorpus(paths, pickSettings(formatSettings, config), fewest);
    const options = { batchSize: config.batchSize, shouldStop };
    const { documents, learned, unknown, encoded, scored } = yield* scoreDocuments(model, corpus, options);
    const evaluation = task.evaluate(encoded, scored, learned, corpus.sources);
    const batchSize = config.batchSize ?? task.scoringBatchSize(learned);
    const joined = finder && (await endToEnd(model, finder, documents, { batchSize, shouldStop }));
    return {
      evaluation,
      ...(joined ? { endToEnd: joined } : {}),
      unknownLabels: unknown,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    if (finder !== model.finder) await finder?.dispose();
    await model.dispose();
  }
}

/** Opens the model that finds entities, and checks that the two go together. */
async function* openFinder(
  { entities, dtype, threads }: EvaluateConfig,
  model: Predictor,
  shouldStop: (() => boolean) | undefined,
): AsyncGenerator<EvaluateEvent, Predictor | undefined> {
  if (entities === undefined) return model.finder;
  const finder = await openModel(yield* resolveModel(entities, shouldStop), { dtype, intraOpNumThreads: threads });
  requireJoinable(finder, model);
  return finder;
}
