import { typeWords } from "../tokenization/inputs/typed-markers.ts";
import type { PairModel } from "./open-model.ts";
import type { ShownTypes } from "../model/tasks/relations/type-notices.ts";

/** Undefined for a model that sees no types: all are alike to it. */
export function shownTypes({
  encoding,
  markers,
  manifest,
  tokenizer,
}: Pick<PairModel, "encoding" | "markers" | "manifest" | "tokenizer">): ShownTypes | undefined {
  if (encoding === "pair")
    return markers === "typed" ? { by: "words", known: (manifest?.entityTypes ?? []).map(typeWords) } : undefined;
  const known = tokenizer.entityTypes;
  return known.length > 0 ? { by: "names", known } : undefined;
}
