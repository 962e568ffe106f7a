import {
  withoutNotices,
  type checkPredictionInput,
  type DocumentPrediction,
  type ExplainedPair,
  type Explanation,
  type RelationModel,
} from "../../index.ts";

/** A text with its spans, checked. */
export type Checked = ReturnType<typeof checkPredictionInput>;
export type EngineFacts = Pick<
  RelationModel,
  "kind" | "finds" | "labels" | "noRelationLabel" | "entityTypes" | "digest" | "trainedWith" | "notes" | "shownTypes"
>;

/** A model that answers, wherever it runs. */
export interface Engine {
  readonly facts: EngineFacts;
  /** @throws DataError for texts that the model refuses; EngineLost if the process of the model ended */
  predict(inputs: readonly Checked[]): Promise<DocumentPrediction[]>;
  /** @throws UserError for a model, a text or a label that cannot be explained; EngineLost as `predict` */
  explain(input: Checked, pair: ExplainedPair): Promise<Explanation>;
  /** Resolves when the engine is gone, with the reason unless it was closed. */
  readonly lost: Promise<string | undefined>;
  /** Ends it; what it computes fails at once. A process gets so many milliseconds to end by itself. */
  close(patience: number): Promise<void>;
}

/** The process of a model ended while it worked. */
export class EngineLost extends Error {
  override readonly name = "EngineLost";
}

/** The answers without their notices: the server says its own for a whole request. */
export async function answersAlone(
  model: Pick<RelationModel, "predict">,
  inputs: readonly Checked[],
): Promise<DocumentPrediction[]> {
  const answers = await model.predict(inputs);
  return answers.map(withoutNotices);
}

export const factsOf = (model: EngineFacts): EngineFacts => {
  const { kind, finds, labels, noRelationLabel, entityTypes, digest, trainedWith, notes, shownTypes } = model;
  return { kind, finds, labels, noRelationLabel, entityTypes, digest, trainedWith, notes, shownTypes };
};
