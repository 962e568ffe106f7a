import type { EvaluateConfig } from "../config.ts";
import type { Notice } from "../corpus/notices.ts";
import { UsageError } from "../errors.ts";
import type { Abstention } from "../evaluation/abstention.ts";
import type { Evaluation, ScoredAnswers } from "../evaluation/evaluation.ts";
import type { Probes } from "../evaluation/probes.ts";
import type { LabelledExample } from "../evaluation/mistakes.ts";
import type { Encoded } from "../model/tasks/encoded.ts";
import { readForTask } from "../model/tasks/read-for-task.ts";
import type { Learned, PredictionSettings, Task, UnknownLabel } from "../model/tasks/task.ts";
import { resolveModel, type ModelEvent } from "../model/source.ts";
import { endToEnd, type EndToEnd } from "../model/end-to-end.ts";
import { requireJoinable } from "../model/finder.ts";
import { openModel, type Predictor } from "../model/predictor.ts";
import { noticesOnSeenFiles } from "../model/seen-files.ts";
import { scoreDocuments, type ScoredDocuments, type ScoringEvent } from "../model/score-documents.ts";
import type { RunControl } from "./train.ts";

export type EvaluateEvent = ModelEvent | ScoringEvent;

export interface EvaluateResult {
  readonly evaluation: Evaluation;
  /** Labels of the documents that the model does not know; their examples count as misses. */
  readonly unknownLabels: readonly UnknownLabel[];
  /** With `entities`: relations and entities that are found in the bare texts. */
  readonly endToEnd?: EndToEnd;
  /** With `abstain`: how many answers were taken back, and whether that was right. */
  readonly abstention?: Abstention;
  /** With `probes`: what the answers hang on. */
  readonly probes?: Probes;
  /** Those of the documents, among them `trained-on-file` for a file that the model has been trained on. */
  readonly notices: readonly Notice[];
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
    const corpus = await readForTask(task, paths, config, fewest);
    const seen = noticesOnSeenFiles(folder, model.manifest, corpus.sources);
    if (config.entities !== undefined)
      seen.push(...noticesOnSeenFiles(config.entities, finder!.manifest, corpus.sources));
    const {
      documents,
      learned,
      unknown,
      encoded,
      scored: all,
      notices,
    } = yield* scoreDocuments(
      model,
      { ...corpus, notices: [...seen, ...corpus.notices] },
      { batchSize: config.batchSize, shouldStop },
    );
    const { scored, abstention } = answered(task, encoded, all, learned, config.abstain);
    const evaluation = task.evaluate(encoded, scored, learned, corpus.sources);
    const batchSize = config.batchSize ?? task.scoringBatchSize(learned);
    const probes = config.probes
      ? await probesOf(model, { encoded, scored, learned }, { batchSize, shouldStop })
      : undefined;
    const joined = finder && (await endToEnd(model, finder, documents, { batchSize, shouldStop }));
    return {
      evaluation,
      ...(abstention ? { abstention } : {}),
      ...(probes ? { probes } : {}),
      ...(joined ? { endToEnd: joined } : {}),
      unknownLabels: unknown,
      notices,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    if (finder !== model.finder) await finder?.dispose();
    await model.dispose();
  }
}

/** Takes the answers below a probability back. @throws UsageError if the task does not abstain */
function answered(
  task: Task,
  encoded: Encoded<LabelledExample>,
  scored: ScoredAnswers<LabelledExample>,
  learned: Learned,
  below: number | undefined,
): { readonly scored: ScoredAnswers<LabelledExample>; readonly abstention?: Abstention } {
  if (below === undefined) return { scored };
  if (task.abstain) return task.abstain(encoded, scored, learned, below);
  throw new UsageError(
    `--abstain does nothing with a model of --task ${task.name}, which always answers. Leave it out.`,
  );
}

/** @throws UsageError if the task has no probes */
async function probesOf(
  model: Predictor,
  { encoded, scored, learned }: Pick<ScoredDocuments, "encoded" | "scored" | "learned">,
  settings: PredictionSettings,
): Promise<Probes> {
  if (model.task.probe) return model.task.probe({ ...model, learned }, encoded, scored, settings);
  throw new UsageError(
    `--probes does nothing with a model of --task ${model.task.name}: probes ask about relations. Leave it out.`,
  );
}

/** Opens the model that finds entities, and checks that the two go together. */
async function* openFinder(
  { entities, dtype, device, threads }: EvaluateConfig,
  model: Predictor,
  shouldStop: (() => boolean) | undefined,
): AsyncGenerator<EvaluateEvent, Predictor | undefined> {
  if (entities === undefined) return model.finder;
  const finder = await openModel(yield* resolveModel(entities, shouldStop), {
    dtype,
    device,
    intraOpNumThreads: threads,
  });
  requireJoinable(finder, model);
  return finder;
}
