import type { Document } from "../../corpus/document.ts";
import { splitIntoParts } from "../../corpus/held-out.ts";
import { NoticeLog, type Notice } from "../../corpus/notices.ts";
import { reportPartedSources } from "../../corpus/parted-sources.ts";
import type { CorpusSettings } from "../../corpus/settings.ts";
import { UsageError } from "../../errors.ts";
import { sizeOf, type LabelledExample } from "../../evaluation/mistakes.ts";
import { readCorpus, type CorpusSource } from "../../formats/read.ts";
import { formatSettings, type FormatSettings } from "../../formats/settings.ts";
import { random, shuffled } from "../../random.ts";
import { pickSettings } from "../../settings.ts";
import { labelsOfExamples, type Asked, type Learned, type Task } from "./task.ts";

/** Documents that the model is scored on, and every example of them. */
export interface HeldOut<Example extends LabelledExample = LabelledExample> {
  readonly documents: readonly Document[];
  readonly asked: Asked<Example>;
}

/** The examples of annotated documents, to learn from and to be scored on. */
export interface LearningData<State extends Learned = Learned, Example extends LabelledExample = LabelledExample> {
  readonly sources: readonly CorpusSource[];
  readonly notices: readonly Notice[];
  /** The task's facts, with the baselines of all training examples. */
  readonly learned: State;
  readonly train: readonly Document[];
  /** Every example of the training documents. */
  readonly all: readonly Example[];
  /** The number of training examples within the bounds. */
  readonly candidates: number;
  /** The examples that the model is trained on: those within the bounds, or fewer. */
  readonly trained: Asked<Example>;
  /** The part that chooses the checkpoint. */
  readonly validation: HeldOut<Example>;
  /** The part that is scored once, at the end; absent if the validation part is all that is held out. */
  readonly test?: HeldOut<Example>;
}

/** The settings of data that every task has. */
export type DataSettings = FormatSettings & CorpusSettings & { readonly seed: number };

/** Reads annotation files, splits their documents and makes the examples of a task. */
export async function readLearningData<State extends Learned, Example extends LabelledExample, Settings>(
  task: Task<State, Example, Settings>,
  paths: readonly string[],
  settings: Settings & DataSettings,
): Promise<LearningData<State, Example>> {
  const corpus = await readCorpus(paths, pickSettings(formatSettings, settings), task.fewestEntities);
  const log = new NoticeLog();
  const documents = task.tidy(corpus.documents, settings, log);
  const split = splitIntoParts(documents, settings, task.strata, log);
  reportPartedSources(split.train, [...split.validation, ...(split.test ?? [])], log);
  const train = drawDocuments(split.train, settings);
  const learned = await task.learn({ documents, train, symmetricLabels: corpus.symmetricLabels }, settings, log);
  const { examples: all } = task.examples(train, learned, "train on", log);
  const heldOut = (part: readonly Document[]): HeldOut<Example> => {
    const { examples, omitted } = task.examples(part, learned, "score", log);
    return { documents: part, asked: { ...(task.ask?.(examples, learned) ?? { examples, excluded: [] }), omitted } };
  };
  const validation = heldOut(split.validation);
  const test = split.test && heldOut(split.test);
  const asked = task.ask?.(all, learned) ?? { examples: all, excluded: [] };
  const chosen = task.thin?.(asked.examples, learned, settings) ?? asked.examples;
  reportUnseen(learned, all, log);
  return {
    sources: corpus.sources,
    notices: [...corpus.notices, ...log.list()],
    learned: task.withBaselines(all, learned),
    train,
    all,
    candidates: sizeOf(asked.examples),
    trained: { examples: chosen, excluded: asked.excluded, omitted: new Map() },
    validation,
    ...(test ? { test } : {}),
  };
}

/**
 * Draws some of the training documents and keeps their order. A seed draws them in a fixed order, so that a smaller
 * draw is a part of a larger one.
 * @throws UsageError for more documents than there are
 */
function drawDocuments(train: readonly Document[], { trainDocuments, seed }: DataSettings): readonly Document[] {
  if (trainDocuments === undefined) return train;
  if (trainDocuments > train.length) {
    throw new UsageError(
      `--train-documents: ${train.length} documents are not held out; found ${trainDocuments}. Give fewer, or leave the flag out.`,
    );
  }
  // Sorted by id, as for the split, so that the order of the file does not matter.
  const byId = [...train].sort((a, b) => (a.id < b.id ? -1 : 1));
  const drawn = new Set(shuffled(byId, random(seed, "train-documents")).slice(0, trainDocuments));
  return train.filter((document) => drawn.has(document));
}

function reportUnseen(learned: Learned, examples: readonly LabelledExample[], log: NoticeLog): void {
  const seen = new Set(examples.flatMap(({ labels }) => labels));
  for (const [id, label] of labelsOfExamples(learned).entries()) {
    if (seen.has(id)) continue;
    const message = "labels that occur in no training document, so that they cannot be learnt";
    log.add("label-unseen", message, { file: label });
  }
}
