import { UsageError } from "../errors.ts";
import type { Predictor } from "./predictor.ts";
import type { DocumentPrediction } from "./tasks/prediction.ts";
import type { PredictionInput } from "./tasks/prediction-input.ts";

/** Checks that one model may find the entities that another relates. @throws UsageError if it may not */
export function requireJoinable(finder: Predictor, model: Predictor): void {
  if (!finder.task.findsEntities) {
    throw new UsageError(
      `--entities ${finder.folder}: expected a model that finds entities (relata train --task entities), found one of ` +
        `the task ${finder.task.name}.`,
    );
  }
  if (model.kind !== "pair") {
    throw new UsageError(
      `--entities does nothing here: ${model.folder} is of the task ${model.task.name}, and found entities are for a model ` +
        "of relations. Leave it out.",
    );
  }
}

interface FindingOptions {
  readonly batchSize?: number | undefined;
  readonly shouldStop?: (() => boolean) | undefined;
}

/** Finds the entities of texts, whatever entities they come with. */
export const findEntities = (
  finder: Predictor,
  texts: readonly PredictionInput[],
  { batchSize, shouldStop }: FindingOptions,
): Promise<DocumentPrediction[]> =>
  finder.task.predict(finder, texts, {
    batchSize: batchSize ?? finder.task.scoringBatchSize(finder.learned),
    relationsOnly: false,
    shouldStop,
  });

/**
 * Answers for texts of which some come without entities: these are found first, and go into the model as given ones do.
 * An entity that was found has its probability in the answer.
 */
export async function answerFound(
  finder: Predictor,
  inputs: readonly PredictionInput[],
  answer: (inputs: readonly PredictionInput[]) => Promise<DocumentPrediction[]>,
  options: FindingOptions,
): Promise<DocumentPrediction[]> {
  const without = inputs.filter(({ entities }) => entities.length === 0);
  const findings = await findEntities(finder, without, options);
  const found = new Map(without.map((input, i) => [input, findings[i]!.entities]));
  const answers = await answer(
    inputs.map((input) => {
      const entities = found.get(input)?.map(({ start, end, type }) => ({ start, end, type }));
      return entities ? { ...input, entities } : input;
    }),
  );
  return answers.map((one, i) => {
    const entities = found.get(inputs[i]!);
    return entities ? { ...one, entities } : one;
  });
}
