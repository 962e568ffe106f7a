import { z } from "zod";
import { corpusSettings } from "./corpus/settings.ts";
import { evaluationSettings } from "./evaluation/settings.ts";
import { tokenizationSettings } from "./tokenization/settings.ts";
import { trainingSettings } from "./training/settings.ts";

/** Settings of whole commands, composed of the stages' own; each field is type, default, flag, help and reference at once. */

export const trainConfig = z.strictObject({
  model: z
    .literal("luke-mini")
    .default("luke-mini")
    .describe("Model to start from: luke-mini, small and from random weights"),
  encoding: z
    .literal("pair")
    .default("pair")
    .describe("How entities reach the model: pair runs it once per (head, tail)"),
  output: z.string().min(1).describe("Folder for the model, its report and its log"),
  overwrite: z.boolean().default(false).describe("Replace a model that is already in the output folder"),
  ...corpusSettings.shape,
  ...tokenizationSettings.shape,
  ...trainingSettings.shape,
  ...evaluationSettings.shape,
});
export type TrainConfig = z.infer<typeof trainConfig>;
/** What a program hands to `train`: defaults may be left out. */
export type TrainOptions = z.input<typeof trainConfig>;

const batchSize = z.int().positive().default(64).describe("Pairs scored in one run of the model");
const threads = trainingSettings.shape.threads;

export const evaluateConfig = z.strictObject({
  format: corpusSettings.shape.format,
  skipInvalid: corpusSettings.shape.skipInvalid,
  batchSize,
  threads,
});
export type EvaluateConfig = z.infer<typeof evaluateConfig>;
export type EvaluateOptions = z.input<typeof evaluateConfig>;

export const predictConfig = z.strictObject({ batchSize, threads });
export type PredictConfig = z.infer<typeof predictConfig>;
export type PredictOptions = z.input<typeof predictConfig>;
