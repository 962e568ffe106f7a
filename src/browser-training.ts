import { relationsWithoutNode } from "./browser.ts";
import { trainConfig, type TrainOptions } from "./config.ts";
import type { Document } from "./corpus/document.ts";
import type { Notice } from "./corpus/notices.ts";
import type { Evaluation } from "./evaluation/evaluation.ts";
import { greaterIsBetter, requireMetric } from "./evaluation/scores.ts";
import type { PartFacts } from "./evaluation/scored-part.ts";
import { checkpointScores } from "./experiment/checkpoint-scores.ts";
import { figuresOf, withTuned, type ScoredStep } from "./experiment/figures.ts";
import { runCard } from "./experiment/run-card.ts";
import { openSessions, planRun } from "./experiment/run-sessions.ts";
import { modelEvent, type CheckpointScores, type TrainEvent } from "./experiment/train-events.ts";
import type { Corpus, CorpusSource } from "./formats/read.ts";
import { relataLines } from "./formats/relata/lines.ts";
import { miniModel } from "./model/fresh-start.ts";
import { folderInMemory, type Digest } from "./model/folder-in-memory.ts";
import type { RelataManifest } from "./model/manifest.ts";
import { modelFiles } from "./model/model-files.ts";
import { scoredParts } from "./model/scored-parts.ts";
import { withModelDefaults } from "./model/starting-settings.ts";
import { encodeParts } from "./model/tasks/encode-parts.ts";
import { learningDataOf } from "./model/tasks/learning-data.ts";
import { manifestFacts } from "./model/tasks/manifest-facts.ts";
import type { Weights } from "./nn/parameters.ts";
import { UsageError } from "./errors.ts";
import type { Device } from "./runtime/device.ts";
import { requireSaneRates } from "./training/divergence.ts";
import { trainingLoop } from "./training/loop.ts";

/**
 * Training without Node, for bundlers: luke-mini learns from documents in memory, by the code that trains it in Node. It
 * reads and writes no file; a program passes a function that makes sessions, and takes the files of the model.
 */
export { relataLines } from "./formats/relata/lines.ts";
export { drain } from "./generators.ts";
export type { Document } from "./corpus/document.ts";
export { givenDevice, type CreateSession } from "./runtime/given-device.ts";
export { openBrowserGpu, type Ort } from "./runtime/webgpu/browser-device.ts";
export type { Device } from "./runtime/device.ts";

/** The settings of `relata train` that hold without files: all but those that name paths or another model. */
export type TabSettings = Omit<TrainOptions, "output" | "model" | "task" | "device" | "schema" | "validation" | "test">;

export interface TabRun {
  /** The name of the model, and of the file that its documents would be. */
  readonly name: string;
  readonly documents: readonly Document[];
  readonly settings?: TabSettings;
  readonly createdWith: RelataManifest["createdWith"];
  readonly digest: Digest;
  /** The processor that computes: `givenDevice` of sessions, or `openBrowserGpu`. Its owner disposes of it. */
  readonly device: Device;
  /** Asked between steps; true ends the run with the weights kept so far. */
  readonly shouldStop?: () => boolean;
}

export type TabEvent = Exclude<TrainEvent, { type: "placement" | "estimate" | "testing" | "resumed" | "tracking" }>;

/** A model that was trained in memory. */
export interface TrainedInTab {
  /** The files of its folder by name, as `openClassifier` takes them. */
  readonly files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>;
  readonly steps: number;
  readonly keptStep: number;
  readonly reason: "finished" | "patience" | "stopped";
  /** The figures on the documents that were held out. */
  readonly evaluation: Evaluation;
  readonly parts: PartFacts;
  readonly documents: { readonly train: number; readonly heldOut: number };
  readonly notices: readonly Notice[];
}

const task = relationsWithoutNode();

/**
 * Trains luke-mini on annotated documents: the same documents, settings and seed give the run of `relata train FILE --model
 * luke-mini --test-size 0` in Node.
 * @throws DataError if there is nothing to learn; UsageError for settings that cannot be
 */
export async function* trainInTab(run: TabRun): AsyncGenerator<TabEvent, TrainedInTab> {
  const { name, device, shouldStop } = run;
  const given = trainConfig.parse({
    threads: 1,
    testSize: 0,
    ...run.settings,
    output: name,
    model: "luke-mini",
    task: "relations",
  });
  const config = withModelDefaults(given);
  requireSaneRates(config);
  const data = await learningDataOf(task, { whole: await corpusOf(run) }, config);
  const { learned } = data;
  requireMetric(config.metric, learned.noRelationId, task.name);
  const request = { ...task.start(data.train, config), head: task.head(learned), id2label: learned.id2label };
  const model = await miniModel(config, request);
  const parts = await encodeParts(task, data, model);
  const own = { task, data, model, config, ...parts };
  const plan = planRun(own);
  yield modelEvent(model) as TabEvent;
  const { session, scorer, scoring, examples } = await openSessions(own, plan, device);
  let last: ScoredStep | undefined;
  let best: (ScoredStep & { readonly step: number; readonly weights: Weights }) | undefined;
  let done: Extract<TabEvent, { type: "done" }> | undefined;
  try {
    const loop = trainingLoop<CheckpointScores, ReturnType<typeof examples.batch>>({
      session,
      examples,
      settings: plan.settings,
      lowerIsBetter: !greaterIsBetter(config.metric),
      ...(shouldStop ? { shouldStop } : {}),
      evaluate: async function* () {
        const logits = yield* scoredParts(parts.validation, scorer, scoring);
        const scored = task.score(parts.validation, logits, data.validation.learned);
        last = { logits, scored };
        return checkpointScores(scored, config);
      },
    });
    for await (const event of loop) {
      if (event.type === "boundary" || event.type === "placement") continue;
      if (event.type === "evaluation" && event.isKept)
        best = { ...last!, step: event.step, weights: copyOf(model.weights) };
      if (event.type === "done") done = event;
      yield event;
    }
  } finally {
    await session.dispose();
    await scorer.dispose();
  }
  if (!best || !done) throw new UsageError("Stopped before the first training step: there is no model to keep.");
  const { settings } = plan;
  const figures = figuresOf({ ...own, settings }, best, undefined);
  const { learned: known, evaluation, scores, parts: part } = figures;
  const scored = { step: best.step, scores, learned: known, part: part.part, createdWith: run.createdWith };
  const facts = withTuned(manifestFacts({ task, data, model, settings }, scored), figures.tuned);
  return {
    files: await folderInMemory({
      files: {
        ...modelFiles(model, known),
        "README.md": runCard({ task, learned: known, config: settings, model, evaluation, parts: part, facts }),
      },
      weights: best.weights,
      manifest: facts,
      digest: run.digest,
    }),
    steps: done.step,
    keptStep: best.step,
    reason: done.reason,
    evaluation,
    parts: part,
    documents: { train: data.train.length, heldOut: data.validation.documents.length },
    notices: data.notices,
  };
}

/** The documents as a file of them would be read. */
async function corpusOf({ name, documents, digest }: TabRun): Promise<Corpus> {
  const bytes = new TextEncoder().encode(relataLines(documents));
  const source: CorpusSource = {
    path: `${name}.jsonl`,
    formats: ["relata"],
    bytes: bytes.byteLength,
    sha256: await digest(bytes),
    documents: documents.length,
  };
  return { documents: [...documents], notices: [], sources: [source], symmetricLabels: [] };
}

const copyOf = (weights: Weights): Weights =>
  new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
