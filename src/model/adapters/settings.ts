import { z } from "zod";
import { UsageError } from "../../errors.ts";

/** Settings of low-rank adaptation, with the names and defaults of PEFT's LoraConfig where it has them. */
export const loraSettings = z.strictObject({
  lora: z
    .boolean()
    .default(false)
    .describe(
      "Train an adapter on the model instead of its weights (LoRA): less time and memory, and a small folder that PEFT opens beside the model",
    ),
  loraRank: z.int().positive().optional().describe("With --lora: rank of the adapter's matrices (default 8)"),
  loraAlpha: z
    .number()
    .positive()
    .optional()
    .describe("With --lora: the adapter is scaled by this number / rank (default: twice the rank)"),
  loraTargets: z
    .string()
    .regex(/^[\w.-]+(?:,[\w.-]+)*$/, "expected names of layers separated by commas, as query,value, or all-linear")
    .optional()
    .describe(
      "With --lora: the dense layers to adapt, by the ends of their names, separated by commas, as query,value " +
        "(default all-linear: every dense layer of the encoder's layers)",
    ),
});
export type LoraSettings = z.infer<typeof loraSettings>;

/** @throws UsageError for a setting of LoRA without --lora, which would do nothing */
export function requireLora({ lora, loraRank, loraAlpha, loraTargets }: LoraSettings): void {
  if (lora) return;
  const given = Object.entries({ "--lora-rank": loraRank, "--lora-alpha": loraAlpha, "--lora-targets": loraTargets });
  for (const [flag, value] of given) {
    if (value !== undefined)
      throw new UsageError(`${flag} does nothing without --lora; found ${value}. Add --lora, or leave it out.`);
  }
}
