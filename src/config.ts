import { z } from "zod";
import { corpusSettings } from "./corpus/settings.ts";
import { formatSettings } from "./formats/settings.ts";
import { evaluationSettings } from "./evaluation/settings.ts";
import { tokenizationSettings } from "./tokenization/settings.ts";
import { trainingSettings } from "./training/settings.ts";

/** Settings of whole commands, composed of the stages' own; each field is type, default, flag, help and reference at once. */

/** The model that needs no checkpoint. */
export const builtIn = "luke-mini";

export const trainConfig = z.strictObject({
  model: z
    .string()
    .min(1)
    .default(builtIn)
    .describe(
      "Model to start from: luke-mini (small, from random weights), a checkpoint folder, or org/name on the hub",
    ),
  encoding: z
    .literal("pair")
    .default("pair")
    .describe("How entities reach the model: pair runs it once per (head, tail)"),
  output: z.string().min(1).describe("Folder for the model, its report and its log"),
  overwrite: z.boolean().default(false).describe("Replace a model that is already in the output folder"),
  ...formatSettings.shape,
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

const noRelationLabel = z
  .string()
  .min(1)
  .optional()
  .describe("Which label means no relation, for a model folder that does not say so (Relata's own do)");

export const evaluateConfig = z.strictObject({
  noRelationLabel,
  ...formatSettings.shape,
  batchSize,
  threads,
});
export type EvaluateConfig = z.infer<typeof evaluateConfig>;
export type EvaluateOptions = z.input<typeof evaluateConfig>;

export const predictConfig = z.strictObject({ noRelationLabel, batchSize, threads });
export type PredictConfig = z.infer<typeof predictConfig>;
export type PredictOptions = z.input<typeof predictConfig>;

const fixedSize = (what: string): z.ZodOptional<z.ZodInt> =>
  z.int().positive().optional().describe(`ONNX only: fix the graph to ${what}, for runtimes that need all sizes known`);

export const exportConfig = z.strictObject({
  format: z
    .enum(["safetensors", "onnx"])
    .describe("What to write: a model folder with safetensors, or an ONNX graph with the tokenizer's files"),
  dtype: z.enum(["float32", "float16"]).default("float32").describe("How the weights are stored"),
  batchSize: fixedSize("so many texts a run"),
  words: fixedSize("so many tokens a text"),
  mention: fixedSize("so many tokens a mention"),
});
export type ExportConfig = z.infer<typeof exportConfig>;
