import type { CompareConfig } from "../config.ts";
import { compareModels, type ModelComparison } from "../evaluation/model-comparison.ts";
import { matchJudgments, type Judgment } from "../evaluation/judgments.ts";
import type { Notice } from "../corpus/notices.ts";
import { UsageError } from "../errors.ts";
import { readForTask } from "../model/tasks/read-for-task.ts";
import { formatSettings } from "../formats/settings.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { requireFree } from "../files/data-output.ts";
import { mapped } from "../generators.ts";
import { openModel } from "../model/predictor.ts";
import { noticesOnSeenFiles } from "../model/seen-files.ts";
import { scoreDocuments, type ScoringEvent } from "../model/score-documents.ts";
import { resolveModel, type ModelEvent } from "../model/source.ts";
import { pickSettings } from "../settings.ts";
import type { RunControl } from "./train.ts";

export type CompareEvent = ModelEvent | (ScoringEvent & { readonly model: string });

export interface CompareResult {
  readonly models: readonly [string, string];
  readonly comparison: ModelComparison;
  /** Those of the documents for either model, each once; `trained-on-file` names a model that has been trained on a file. */
  readonly notices: readonly Notice[];
  readonly seconds: number;
}

/**
 * Scores two models on the same annotated documents, and says in which answers they differ and whether one is better
 * beyond chance.
 * @throws UsageError for models of different tasks
 */
export async function* compare(
  models: readonly [string, string],
  paths: readonly string[],
  config: CompareConfig,
  { shouldStop }: RunControl = {},
): AsyncGenerator<CompareEvent, CompareResult> {
  const started = performance.now();
  if (config.output !== undefined) await requireFree(config.output, config);
  const settings = pickSettings(formatSettings, config);
  const options = { ...config, intraOpNumThreads: config.threads };
  const judged: (readonly (readonly Judgment[])[])[] = [];
  const notices = new Map<string, Notice>();
  let first: Pick<Awaited<ReturnType<typeof openModel>>, "task" | "learned"> | undefined;
  for (const name of models) {
    const model = await openModel(yield* resolveModel(name, shouldStop), options);
    try {
      const { task } = model;
      if (first && first.task !== task) throw differentTasks(models, [first.task.name, task.name]);
      first ??= model;
      const corpus = await readForTask(task, paths, settings);
      const seen = noticesOnSeenFiles(name, model.manifest, corpus.sources);
      const read = { ...corpus, notices: [...seen, ...corpus.notices] };
      const scoring = scoreDocuments(model, read, { batchSize: config.batchSize, shouldStop });
      const scored = yield* mapped(scoring, (event): CompareEvent => ({ ...event, model: name }));
      for (const notice of scored.notices) notices.set(JSON.stringify(notice), notice);
      if (!task.judge) throw new UsageError(`Cannot compare models of --task ${task.name}.`);
      const byDocument = new Map<unknown, Judgment[]>(scored.documents.map((document) => [document, []]));
      for (const one of task.judge(scored.encoded, scored.scored, scored.learned))
        byDocument.get(one.document)!.push(one);
      judged.push([...byDocument.values()]);
    } finally {
      await model.dispose();
    }
  }
  const { task, learned } = first!;
  const none = learned.noRelationId === null ? undefined : learned.id2label[learned.noRelationId];
  const comparison = compareModels(matchJudgments(judged[0]!, judged[1]!), task.unit, none);
  const result = { models, comparison, notices: [...notices.values()], seconds: (performance.now() - started) / 1000 };
  if (config.output !== undefined) await writeFileAtomic(config.output, `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

const differentTasks = (models: readonly [string, string], tasks: readonly [string, string]): UsageError =>
  new UsageError(
    `Cannot compare ${models.join(" with ")}: the first answers for ${tasks[0]}, the second for ${tasks[1]}. Compare two models of one task.`,
  );
