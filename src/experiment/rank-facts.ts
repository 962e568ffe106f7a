import { digestOfParameters } from "../model/checkpoints/basis.ts";
import { sourcesOf } from "../model/tasks/learning-data.ts";
import type { RunFacts } from "../ranks/frames.ts";
import type { PreparedRun } from "./prepared-run.ts";

/** The facts of a run that have to be the same at every rank; weights that learn are those of rank 0 anyway. */
export const rankFacts = ({ data, train, validation, test, parameters, model }: PreparedRun): RunFacts => ({
  data: sourcesOf(data).map(({ sha256 }) => sha256),
  texts: { train: train.texts.length, validation: validation.texts.length, test: test?.texts.length ?? 0 },
  parameters: digestOfParameters(parameters, model.weights),
});
