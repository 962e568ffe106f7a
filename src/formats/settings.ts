import { z } from "zod";
import { formatNames } from "./names.ts";

/** Settings for reading files; an unknown key is an error. */
export const formatSettings = z.strictObject({
  format: z.enum(formatNames).optional().describe("Format of the data files; detected from their content if not given"),
  skipInvalid: z.boolean().default(false).describe("Leave invalid documents out and count them instead of stopping"),
  offsetUnit: z
    .enum(["auto", "utf-16", "code-point", "grapheme"])
    .default("auto")
    .describe(
      "Unit that the offsets of the files count; auto: what the format's tool counts, unless the surfaces recorded beside the offsets say otherwise",
    ),
  tokenEnds: z
    .enum(["auto", "inclusive", "exclusive"])
    .default("auto")
    .describe("TACRED files: whether subj_end and obj_end name the last token or the one after it"),
  discontinuous: z
    .enum(["hull", "first", "skip"])
    .default("hull")
    .describe(
      "brat, bioc and ddi files: a span in several pieces becomes the whole between its ends, its first piece, or is left out",
    ),
  annotator: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Where several people annotated one text, whose annotations are read: a name, first, or agreement (what more than half of them have)",
    ),
  fields: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Names that your file has for fields whose name the format does not fix, as text=body,label=relation; see the format's page",
    ),
});
export type FormatSettings = z.infer<typeof formatSettings>;

/** A setting that concerns only some formats. */
export type FormatSetting = "offsetUnit" | "tokenEnds" | "discontinuous" | "fields";
