import { z } from "zod";
import { predictFilesConfig } from "./config.ts";
import { usualRareShare } from "./evaluation/what-to-label.ts";

/** Settings of the commands that help to label texts. */

const { to, output } = predictFilesConfig.shape;

/** Settings of `relata annotate`: those of `relata predict` for files, written for an annotation tool. */
export const annotateConfig = z.strictObject({
  ...predictFilesConfig.omit({ html: true }).shape,
  to: to.unwrap().describe("Format to write"),
  output: output.unwrap().describe("The file, or for some formats the folder, to write"),
  overwrite: z.boolean().default(false).describe("Replace the output if it exists"),
});
export type AnnotateConfig = z.infer<typeof annotateConfig>;
export type AnnotateOptions = z.input<typeof annotateConfig>;

/** Settings of `relata data sample`. */
export const sampleConfig = z.strictObject({
  count: z.int().min(1).default(20).describe("Number of texts to choose"),
  rare: z
    .number()
    .min(0)
    .max(1)
    .default(usualRareShare)
    .describe("Share of texts chosen for their rare labels; the others are those of which the model is least sure"),
  labelled: z
    .string()
    .min(1)
    .optional()
    .describe("Annotated file or folder: its texts are not chosen again, and its labels say which are rare"),
  ...annotateConfig.shape,
});
export type SampleConfig = z.infer<typeof sampleConfig>;
export type SampleOptions = z.input<typeof sampleConfig>;
