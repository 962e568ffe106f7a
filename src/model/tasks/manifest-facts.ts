import { partProtocol, type ScoredPart } from "../../evaluation/scored-part.ts";
import type { MetricName, Scores } from "../../evaluation/scores.ts";
import { lastOf } from "../../quote.ts";
import type { CorpusSource } from "../../formats/read.ts";
import type { ManifestFacts } from "../folder.ts";
import type { DataFile } from "../manifest.ts";
import { settingsOfTheCall } from "../checkpoints/settings.ts";
import { entityTypesOf } from "./entity-types.ts";
import type { HeldOut, LearningData } from "./learning-data.ts";
import { ownSettings } from "./settings.ts";
import type { Learned, Task } from "./task.ts";

export interface TrainedRun {
  readonly task: Task;
  readonly data: Pick<LearningData, "train" | "sources" | "validation" | "test">;
  readonly model: { readonly name: string; readonly maxLength: number };
  readonly settings: {
    readonly output: string;
    readonly overwrite: boolean;
    readonly metric: MetricName;
    readonly annotator?: string | undefined;
    readonly validation?: string | undefined;
    readonly test?: string | undefined;
  };
}

interface ScoredWeights {
  readonly step: number;
  readonly scores: Scores;
  readonly learned: Learned;
  /** The part of the documents that the scores are from. */
  readonly part: ScoredPart;
  readonly createdWith: ManifestFacts["createdWith"];
}

/** The facts of relata.json on weights that a run has trained up to a step. */
export function manifestFacts(
  { task, data, model, settings }: TrainedRun,
  { step, scores, learned, part, createdWith }: ScoredWeights,
): ManifestFacts {
  const { id2label, noRelationId } = learned;
  const stored: Record<string, unknown> = { ...ownSettings(task.name, settings) };
  for (const key of settingsOfTheCall) delete stored[key];
  return {
    createdWith,
    task: task.store(learned),
    labels: { noRelationLabel: noRelationId === null ? null : id2label[noRelationId]!, id2label },
    entityTypes: entityTypesOf(data.train),
    maxLength: model.maxLength,
    protocol: `${scores.prevalence}; ${partProtocol(part, settings.metric)}`,
    // Folders name people: what is published names the file alone.
    data: [...data.sources.map(fileOf), ...givenPart("validation", data.validation), ...givenPart("test", data.test)],
    settings: {
      ...stored,
      annotator: publicAnnotator(settings.annotator),
      model: model.name,
      ...nameAlone("validation", settings.validation),
      ...nameAlone("test", settings.test),
    },
    scores: { ...scores },
    step,
  };
}

const fileOf = ({ path, sha256, documents }: CorpusSource): DataFile => ({ path: lastOf(path), sha256, documents });

const givenPart = (part: ScoredPart, heldOut: HeldOut | undefined): DataFile[] =>
  heldOut?.isGiven ? heldOut.sources.map((source) => ({ ...fileOf(source), part })) : [];

const nameAlone = (part: ScoredPart, path: string | undefined): Readonly<Record<string, string>> =>
  path === undefined ? {} : { [part]: lastOf(path) };

/** The value of `--annotator` for what is published, which names nobody. */
export const publicAnnotator = (annotator: string | undefined): string | undefined =>
  annotator === undefined || ["first", "agreement"].includes(annotator) ? annotator : "NAME";
