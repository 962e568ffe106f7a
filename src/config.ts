import { z } from "zod";
import { corpusSettings } from "./corpus/settings.ts";
import { formatNames } from "./formats/names.ts";
import { formatSettings } from "./formats/settings.ts";
import { evaluationSettings } from "./evaluation/settings.ts";
import { taskSetting, taskSettings } from "./model/tasks/settings.ts";
import { checkpointSettings, trackingSettings } from "./model/checkpoints/settings.ts";
import { loraSettings } from "./model/adapters/settings.ts";
import { cardFields, cardSettings } from "./report/card-settings.ts";
import { rankFields, rankSettings } from "./ranks/settings.ts";
import { tokenizationSettings } from "./tokenization/settings.ts";
import { trainingSettings } from "./training/settings.ts";

/** Settings of whole commands, composed of those of the stages; a field defines type, default, flag and help. */

export * from "./data-config.ts";

export const trainConfig = z.strictObject({
  task: taskSetting,
  model: z
    .string()
    .min(1)
    .default("relata-mini")
    .describe(
      "Model to start from: relata-mini (comes with Relata, pre-trained, languages in Latin script), luke-mini (from " +
        "random weights), a checkpoint folder, or org/name on the hub",
    ),
  output: z
    .string()
    .min(1)
    .describe(
      "Folder for the model, its report and its log (on the command line, by default runs/ and the name of the data, numbered)",
    ),
  overwrite: z.boolean().default(false).describe("Replace the model in the output folder once the new one is complete"),
  ...formatSettings.shape,
  ...corpusSettings.shape,
  ...taskSettings.shape,
  ...tokenizationSettings.shape,
  ...trainingSettings.shape,
  ...rankSettings.shape,
  ...loraSettings.shape,
  ...evaluationSettings.shape,
  ...checkpointSettings.shape,
  ...trackingSettings.shape,
  ...cardSettings.shape,
});
export type TrainConfig = z.infer<typeof trainConfig>;
/** The options of `train`: those with a default may be left out. */
export type TrainOptions = z.input<typeof trainConfig>;

/** Settings of `relata data suspects`: those of the training of each fold, and of its output. */
export const suspectsConfig = z.strictObject({
  ...trainConfig.omit({
    output: true,
    overwrite: true,
    trainDocuments: true,
    testSize: true,
    tensorboard: true,
    ...rankFields,
    ...cardFields,
  }).shape,
  folds: z.int().min(2).max(20).default(5).describe("Parts of the documents, each judged by a model of the others"),
  limit: z.int().positive().default(100).describe("Report at most this many suspects, the most suspicious"),
  to: z.enum(formatNames).optional().describe("Write the suspicious documents in this format, to --output"),
  output: z
    .string()
    .min(1)
    .optional()
    .describe("With --to: the file, or for some formats the folder; the reasons are in each document's metadata"),
  toFields: z.string().min(1).optional().describe("As --fields, for the format of --to"),
  overwrite: z.boolean().default(false).describe("With --to: replace the output if it exists"),
});
export type SuspectsConfig = z.infer<typeof suspectsConfig>;
export type SuspectsOptions = z.input<typeof suspectsConfig>;

const batchSize = z
  .int()
  .positive()
  .optional()
  .describe(
    "Texts in one forward pass: pairs in pair encoding (default 64), documents in document encoding (default 8)",
  );
const { device, threads } = trainingSettings.shape;

const noRelationLabel = z
  .string()
  .min(1)
  .optional()
  .describe(
    "Label that means no relation, for a model folder that does not name it (Relata's own do); further labels, after commas, are read as the first",
  );

const dtype = z
  .enum(["float32", "int8"])
  .default("float32")
  .describe(
    "Numbers that the encoder's dense layers multiply: float32, or int8, about three times as fast with slightly different probabilities",
  );

const abstain = z
  .number()
  .gt(0)
  .max(1)
  .optional()
  .describe(
    "Abstain from pairs whose answer is less probable than this; they are marked so, and have no relation in scores and pre-annotations",
  );

const maxPairs = taskSettings.shape.maxPairs
  .unwrap()
  .optional()
  .describe(
    "Score only this many pairs of a text, the nearest, and report the number of others (default: as the model was trained)",
  );

const entities = z
  .string()
  .min(1)
  .optional()
  .describe(
    "Model that finds the entities of texts that come without, for a model of relations: a folder, or org/name on the hub",
  );

export const evaluateConfig = z.strictObject({
  probes: z
    .boolean()
    .default(false)
    .describe(
      "Also ask again with words masked, types hidden and sentences denied, to see what the answers hang on; some four times the work",
    ),
  entities: entities
    .unwrap()
    .optional()
    .describe("Model of --task entities: relations are scored once more, between the entities that it finds"),
  noRelationLabel,
  ...formatSettings.shape,
  abstain,
  maxPairs,
  batchSize,
  dtype,
  device,
  threads,
});
export type EvaluateConfig = z.infer<typeof evaluateConfig>;
export type EvaluateOptions = z.input<typeof evaluateConfig>;

/** Settings of `relata compare`. */
export const compareConfig = z.strictObject({
  output: z.string().min(1).optional().describe("Write the comparison with every changed answer to this file, as JSON"),
  overwrite: z.boolean().default(false).describe("Replace the file of --output"),
  require: z
    .enum(["not-worse", "better"])
    .optional()
    .describe(
      "End with exit code 1 unless the second model is better, or not worse, beyond chance: by the 95 % interval of the difference on --metric",
    ),
  metric: z
    .enum(["macro_f1", "micro_f1", "accuracy", "relation_macro_f1", "relation_micro_f1"])
    .optional()
    .describe("Metric of --require (default: relation_micro_f1, for entities micro_f1)"),
  noRelationLabel,
  ...formatSettings.shape,
  maxPairs,
  batchSize,
  dtype,
  threads,
});
export type CompareConfig = z.infer<typeof compareConfig>;
export type CompareOptions = z.input<typeof compareConfig>;

export const predictConfig = z.strictObject({
  entities,
  noRelationLabel,
  relationsOnly: z.boolean().default(false).describe("Leave out the pairs that have no relation"),
  abstain,
  maxPairs,
  batchSize,
  dtype,
  device,
  threads,
});
export type PredictConfig = z.infer<typeof predictConfig>;
export type PredictOptions = z.input<typeof predictConfig>;

/** Settings of `relata predict`: those of predictions, and of the files read and written. */
export const predictFilesConfig = z.strictObject({
  to: z
    .enum(formatNames)
    .optional()
    .describe("Write the texts with the relations found as pre-annotations in this format, to --output"),
  output: z.string().min(1).optional().describe("With --to: the file, or for some formats the folder, to write"),
  html: z
    .string()
    .min(1)
    .optional()
    .describe("Write a page with the texts, what was found in them as pictures and lists, to this file"),
  overwrite: z.boolean().default(false).describe("With --to or --html: replace the output if it exists"),
  toFields: z.string().min(1).optional().describe("As --fields, for the format of --to"),
  ...predictConfig.shape,
  // `--annotator` has no effect: copies differ in their relations, which are predicted, not in their entities.
  ...formatSettings.omit({ annotator: true }).shape,
});
export type PredictFilesConfig = z.infer<typeof predictFilesConfig>;
export type PredictFilesOptions = z.input<typeof predictFilesConfig>;

const fixedSize = (what: string): z.ZodOptional<z.ZodInt> =>
  z.int().positive().optional().describe(`ONNX only: fix the graph to ${what}, for runtimes that need all sizes known`);

export const exportConfig = z.strictObject({
  format: z
    .enum(["safetensors", "onnx"])
    .describe(
      "Kind of export: a model folder with safetensors, or an ONNX graph with its description and the tokenizer's files",
    ),
  dtype: z
    .enum(["float32", "float16"])
    .default("float32")
    .describe(
      "How the weights are stored: float16 halves the files and rounds each weight to 11 binary digits; what opens them computes in float32, " +
        "in no less time and memory",
    ),
  batchSize: fixedSize("so many texts a run"),
  words: fixedSize("so many tokens a text"),
  mention: fixedSize("so many tokens a mention"),
  entities: fixedSize("so many mentions a text"),
  pairs: fixedSize("so many pairs a run, for models that are given pairs"),
});
export type ExportConfig = z.infer<typeof exportConfig>;
export type ExportOptions = z.input<typeof exportConfig>;

export const graphConfig = z.strictObject({
  training: z
    .boolean()
    .default(false)
    .describe("Show the training graph (loss and gradients) instead of the prediction graph"),
  output: z
    .string()
    .min(1)
    .optional()
    .describe("Write the graph to this file: as ONNX for a viewer if its name ends in .onnx, else as text"),
  overwrite: z.boolean().default(false).describe("Replace the file of --output"),
});
export type GraphConfig = z.infer<typeof graphConfig>;
export type GraphOptions = z.input<typeof graphConfig>;
