import { typeWords } from "../../../tokenization/inputs/typed-markers.ts";
import type { Knowing, ShownTypes } from "../task.ts";
import type { RelationsLearned } from "./learned.ts";

/** Undefined for a model that sees no types: all are alike to it. */
export function shownTypesOf({ learned, tokenizer }: Knowing<RelationsLearned>): ShownTypes | undefined {
  if (learned.encoding === "pair")
    return learned.markers === "typed" ? { by: "words", known: learned.entityTypes.map(typeWords) } : undefined;
  const known = tokenizer.entityTypes;
  return known.length > 0 ? { by: "names", known } : undefined;
}
