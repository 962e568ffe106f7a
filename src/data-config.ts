import { z } from "zod";
import { corpusSettings, oneNoRelationLabel } from "./corpus/settings.ts";
import { formatNames } from "./formats/names.ts";
import { formatSettings } from "./formats/settings.ts";
import { inspectionSettings } from "./inspection/settings.ts";
import { trainingSettings } from "./training/settings.ts";

/** Settings of the commands of `relata data`, composed of those of the stages. */

export const convertConfig = z.strictObject({
  to: z.enum(formatNames).describe("Format to write"),
  overwrite: z.boolean().default(false).describe("Replace the output if it exists"),
  predictions: z
    .enum(["auto", "yes", "no"])
    .default("auto")
    .describe(
      "Write predictions rather than annotations, for tools that keep them apart; auto: if the first relation read has a probability",
    ),
  modelVersion: z
    .string()
    .min(1)
    .default("relata")
    .describe("Name of the model that predicted, for tools that show it"),
  keepNegatives: z
    .boolean()
    .default(false)
    .describe("Also write the pairs that were predicted to have no relation; annotated ones are always written"),
  toFields: z.string().min(1).optional().describe("As --fields, for the format that is written; --fields if not given"),
  noRelationLabel: oneNoRelationLabel,
  ...formatSettings.shape,
});
export type ConvertConfig = z.infer<typeof convertConfig>;
export type ConvertOptions = z.input<typeof convertConfig>;

export const statsConfig = z.strictObject({
  model: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Model folder, or org/name on the hub, whose tokenizer measures lengths; they are estimated if not given",
    ),
  html: z.string().min(1).optional().describe("Also write a page with plots to this file"),
  overwrite: z.boolean().default(false).describe("With --html: replace the file if it exists"),
  noRelationLabel: oneNoRelationLabel,
  ...formatSettings.shape,
});
export type StatsConfig = z.infer<typeof statsConfig>;
export type StatsOptions = z.input<typeof statsConfig>;

export const splitConfig = z.strictObject({
  output: z.string().min(1).describe("Folder for the parts, new or empty"),
  overwrite: z.boolean().default(false).describe("Replace parts that are already in the folder"),
  parts: z
    .string()
    .optional()
    .describe("Names and shares of the parts (train=0.8,dev=0.1,test=0.1 if neither this nor --folds is given)"),
  folds: z
    .int()
    .min(2)
    .optional()
    .describe("Make this many folds for cross-validation, each with a train and a test part"),
  groupBy: corpusSettings.shape.groupBy,
  noStratify: z
    .boolean()
    .default(false)
    .describe("Split without balancing relations; by default each part gets its share of every relation"),
  seed: trainingSettings.shape.seed,
  noRelationLabel: oneNoRelationLabel,
  ...formatSettings.shape,
});
export type SplitConfig = z.infer<typeof splitConfig>;
export type SplitOptions = z.input<typeof splitConfig>;

export const checkConfig = z.strictObject({
  // The check is for invalid documents, in all copies.
  ...formatSettings.omit({ skipInvalid: true, annotator: true }).shape,
  ...inspectionSettings.shape,
  schema: z
    .string()
    .min(1)
    .optional()
    .describe(
      "JSON file with the entity types that each relation may join, or the relata.json of a model; other relations are reported",
    ),
  strict: z.boolean().default(false).describe("End with exit code 65 for a warning too, not for an error alone"),
  maxExamples: z.int().min(0).default(5).describe("Show at most this many problems of each kind; all are counted"),
  fix: z
    .string()
    .min(1)
    .optional()
    .describe("Write the documents to this file or folder, with every certain repair made"),
  overwrite: z.boolean().default(false).describe("With --fix: replace the output if it exists"),
});
export type CheckConfig = z.infer<typeof checkConfig>;
export type CheckOptions = z.input<typeof checkConfig>;
