import { basename } from "node:path";
import { partProtocol, type ScoredPart } from "../../evaluation/scored-part.ts";
import type { MetricName, Scores } from "../../evaluation/scores.ts";
import { versions } from "../../version.ts";
import type { ManifestFacts } from "../folder.ts";
import { entityTypesOf } from "./entity-types.ts";
import type { LearningData } from "./learning-data.ts";
import { ownSettings } from "./settings.ts";
import type { Learned, Task } from "./task.ts";

interface TrainedRun {
  readonly task: Task;
  readonly data: Pick<LearningData, "train" | "sources">;
  readonly model: { readonly name: string; readonly maxLength: number };
  readonly settings: {
    readonly output: string;
    readonly overwrite: boolean;
    readonly metric: MetricName;
    readonly annotator?: string | undefined;
  };
}

interface ScoredWeights {
  readonly step: number;
  readonly scores: Scores;
  readonly learned: Learned;
  /** The part of the documents that the scores are from. */
  readonly part: ScoredPart;
}

/** The facts of relata.json on weights that a run has trained up to a step. */
export function manifestFacts(
  { task, data, model, settings }: TrainedRun,
  { step, scores, learned, part }: ScoredWeights,
): ManifestFacts {
  const { id2label, noRelationId } = learned;
  const { output: _output, overwrite: _overwrite, ...stored } = ownSettings(task.name, settings);
  return {
    createdWith: versions,
    task: task.store(learned),
    labels: { noRelationLabel: noRelationId === null ? null : id2label[noRelationId]!, id2label },
    entityTypes: entityTypesOf(data.train),
    maxLength: model.maxLength,
    protocol: `${scores.prevalence}; ${partProtocol(part, settings.metric)}`,
    // Folders name people: what is published names the file alone.
    data: data.sources.map(({ path, sha256, documents }) => ({ path: basename(path), sha256, documents })),
    settings: { ...stored, annotator: publicAnnotator(settings.annotator), model: model.name },
    scores: { ...scores },
    step,
  };
}

/** The value of `--annotator` for what is published, which names nobody. */
export const publicAnnotator = (annotator: string | undefined): string | undefined =>
  annotator === undefined || ["first", "agreement"].includes(annotator) ? annotator : "NAME";
