import type { Document } from "../../corpus/document.ts";
import { splitIntoParts } from "../../corpus/held-out.ts";
import { NoticeLog, type Notice } from "../../corpus/notices.ts";
import { reportPartedSources } from "../../corpus/parted-sources.ts";
import type { CorpusSettings } from "../../corpus/settings.ts";
import { UsageError } from "../../errors.ts";
import { sizeOf, type LabelledExample } from "../../evaluation/mistakes.ts";
import type { Corpus, CorpusSource } from "../../formats/read.ts";
import type { FormatSettings } from "../../formats/settings.ts";
import { reportSpelling } from "../../inspection/label-spelling-notices.ts";
import { reportLeaks } from "../../inspection/leaks.ts";
import { random, shuffled } from "../../random.ts";
import { labelsOfExamples, type Asked, type Learned, type Task } from "./task.ts";

/** Documents that the model is scored on, and every example of them. */
export interface HeldOut<State extends Learned = Learned, Example extends LabelledExample = LabelledExample> {
  readonly documents: readonly Document[];
  readonly asked: Asked<Example>;
  /** The task's facts; with `goldLabels` if a part that was given has labels that training does not know. */
  readonly learned: State;
  /** Where the documents are from. */
  readonly sources: readonly CorpusSource[];
  /** Whether the part was given, and is none of the training files. */
  readonly isGiven: boolean;
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
  readonly validation: HeldOut<State, Example>;
  /** The part that is scored once, at the end; absent if the validation part is all that is held out. */
  readonly test?: HeldOut<State, Example>;
}

/** The settings of data that every task has. */
export type DataSettings = FormatSettings & CorpusSettings & { readonly seed: number };

/** Documents that are to be split, and the parts that were given beside them. */
export interface LearningCorpora {
  readonly whole: Corpus;
  readonly validation?: Corpus;
  readonly test?: Corpus;
}

/** Splits documents that were read, and makes the examples of a task. */
export async function learningDataOf<State extends Learned, Example extends LabelledExample, Settings>(
  task: Task<State, Example, Settings>,
  { whole, ...given }: LearningCorpora,
  settings: Settings & DataSettings,
): Promise<LearningData<State, Example>> {
  const log = new NoticeLog();
  const documents = task.tidy(whole.documents, settings, log);
  const split = splitIntoParts(documents, settings, task.strata, log);
  const parts = {
    validation: given.validation?.documents ?? split.validation!,
    test: given.test?.documents ?? split.test,
  };
  reportSpelling([...split.train, ...parts.validation, ...(parts.test ?? [])], log);
  reportPartedSources(split.train, [...parts.validation, ...(parts.test ?? [])], log);
  reportLeaks(
    [
      { name: "training", documents: split.train },
      { name: "validation", documents: parts.validation },
      { name: "test", documents: parts.test ?? [] },
    ],
    log,
  );
  const train = drawDocuments(split.train, settings);
  const { symmetricLabels, notices: reading } = whole;
  const bare = await task.learn({ documents, train, symmetricLabels, reading }, settings, log);
  const { examples: all } = task.examples(train, bare, "train on", log);
  const learned = task.withBaselines(all, bare);
  const heldOut = (
    name: "validation" | "test",
    part: readonly Document[],
    corpus: Corpus | undefined,
  ): HeldOut<State, Example> => {
    const typed = { entityTypes: task.start(train, settings).typedEntities };
    const met = corpus ? task.meet(part, { learned, tokenizer: typed }, log) : { documents: part, learned };
    const { examples, omitted } = task.examples(met.documents, met.learned, "score", log);
    reportBare(name, examples, met.learned, log);
    return {
      documents: met.documents,
      asked: { ...(task.ask?.(examples, met.learned) ?? { examples, excluded: [] }), omitted },
      learned: met.learned,
      sources: (corpus ?? whole).sources,
      isGiven: corpus !== undefined,
    };
  };
  const validation = heldOut("validation", parts.validation, given.validation);
  const test = parts.test && heldOut("test", parts.test, given.test);
  const asked = task.ask?.(all, learned) ?? { examples: all, excluded: [] };
  const chosen = task.thin?.(asked.examples, learned, settings) ?? asked.examples;
  reportUnseen(learned, all, log);
  return {
    sources: whole.sources,
    notices: [...whole.notices, ...(given.validation?.notices ?? []), ...(given.test?.notices ?? []), ...log.list()],
    learned,
    train,
    all,
    candidates: sizeOf(asked.examples),
    trained: { examples: chosen, excluded: asked.excluded, omitted: new Map() },
    validation,
    ...(test ? { test } : {}),
  };
}

/** All files that were read, those of given parts too. */
export const sourcesOf = ({ sources, validation, test }: LearningData): readonly CorpusSource[] => [
  ...sources,
  ...[validation, test].flatMap((part) => (part?.isGiven ? part.sources : [])),
];

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

/** A part in which nothing has a relation says how often a model is wrong, and not how many relations it finds. */
function reportBare(
  part: "validation" | "test",
  examples: readonly LabelledExample[],
  { noRelationId }: Learned,
  log: NoticeLog,
): void {
  if (noRelationId === null || examples.some(({ labels }) => labels.some((id) => id !== noRelationId))) return;
  const consequence = {
    validation: "so that it cannot choose a checkpoint by scores of relations",
    test: "so that their scores of relations mean nothing",
  }[part];
  log.add(
    `${part}-without-relations`,
    `documents are the whole ${part} part and have no relation, ${consequence}: set more aside (--${part}-size), or give annotated ones (--${part})`,
    undefined,
    new Set(examples.map(({ document }) => document.id)).size,
  );
}
