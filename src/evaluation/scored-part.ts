import { metricTitles, metricValue, type MetricName, type Scores } from "./scores.ts";

/** The part of the documents that figures are from. */
export type ScoredPart = "validation" | "test";

/** The part that the figures of a training run are from, and the scores that chose its checkpoint. */
export interface PartFacts {
  readonly part: ScoredPart;
  /** Documents of that part. */
  readonly documents: number;
  /** Documents of the validation part. */
  readonly validationDocuments: number;
  /** The scores of the kept checkpoint on the validation part. */
  readonly validation: Scores;
  /** Those of the entities that it finds there too, if it does; the mean of both chose it. */
  readonly validationEntities?: Scores | undefined;
  readonly metric: MetricName;
  /** Whether there is a test part that was not scored, since the run was stopped. */
  readonly isTestLeftOut: boolean;
}

const counted = (documents: number): string => (documents === 1 ? "one document" : `${documents} documents`);

/** Sentences on which part the figures of a run are from, and how far they can be trusted. */
export function partSentences(facts: PartFacts): string[] {
  const { part, documents, validationDocuments, validation, metric, isTestLeftOut } = facts;
  if (part === "test") {
    const values = [validation, ...(facts.validationEntities ? [facts.validationEntities] : [])].map((scores) =>
      metricValue(scores, metric),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const of = values.length > 1 ? ", the mean of relations and entities" : "";
    return [
      `Test part, ${counted(documents)}: touched once, after training; these are its figures.`,
      `Validation part, ${counted(validationDocuments)}: chose the checkpoint, and whatever else was learnt from answers, by ${metricTitles[metric]}; that of the kept weights, ${mean.toFixed(3)}${of}, is optimistic.`,
    ];
  }
  const why = isTestLeftOut
    ? "The run was stopped, so the test part was not scored."
    : "There is no test part that nothing was chosen on: relata evaluate on other documents, or --folds, gives a figure to publish.";
  return [
    `Validation part, ${counted(documents)}: chose the checkpoint, so these figures are optimistic; expect lower ones on new texts.`,
    why,
  ];
}

/** The same for the protocol of stored scores. */
export const partProtocol = (part: ScoredPart, metric: MetricName): string =>
  part === "test"
    ? "test documents, scored once after training"
    : `validation documents, which also chose the checkpoint (${metric})`;
