import { z } from "zod";
import { textUnits } from "../../../index.ts";

const count = z.int().nonnegative();
const entity = z.object({ start: count, end: count, type: z.string() });
const relation = z.object({ head: count, tail: count, label: z.string(), probability: z.number().optional() });

export const sample = z.object({ id: z.string(), text: z.string(), entities: z.array(entity) });
export const examplesResponse = z.object({ documents: z.array(sample) });
export const readResponse = z.object({
  documents: z.array(sample),
  formats: z.array(z.string()).describe("The formats that /page/write writes"),
  notices: z.array(z.string()).describe("What was left out while reading"),
  texts: z
    .object({ unit: z.enum(textUnits), counts: z.object({ line: count, paragraph: count, file: count }) })
    .optional()
    .describe("What is a document in a plain text, and how many documents there would be with each unit"),
});
export const writeRequest = z.strictObject({
  to: z.string().min(1).max(100),
  documents: z
    .array(
      z.strictObject({
        id: z.string().max(1000),
        text: z.string(),
        entities: z.array(z.strictObject(entity.shape)),
        relations: z.array(z.strictObject(relation.shape)),
      }),
    )
    .min(1),
});
