import { formatModelConfig } from "./config-file.ts";
import type { Model } from "./model.ts";
import type { Learned } from "./tasks/learned.ts";

/** The files of a model's folder beside its weights, its manifest and its card: config.json and the tokenizer's. */
export function modelFiles(
  model: Pick<Model, "encoder" | "config" | "tokenizer" | "head">,
  { id2label, multiLabel: isMultiLabel }: Pick<Learned, "id2label" | "multiLabel">,
): Record<string, string | Uint8Array> {
  const { tokenizer, head } = model;
  return {
    ...tokenizer.files(head.name),
    "config.json": formatModelConfig(model, { head: head.name, id2label, isMultiLabel }),
  };
}
