import { typesOfRules } from "../../../corpus/schema.ts";
import { typeWords } from "../../../tokenization/inputs/typed-markers.ts";
import type { Knowing, ShownTypes } from "../task.ts";
import type { RelationsLearned } from "./learned.ts";

/** Undefined for a model to which all types are alike: it sees none, and its schema rules none out. */
export function shownTypesOf({ learned, tokenizer }: Knowing<RelationsLearned>): ShownTypes | undefined {
  if (learned.encoding === "pair" && learned.markers === "typed")
    return { by: "words", known: learned.entityTypes.map(typeWords) };
  const known = tokenizer.entityTypes;
  if (learned.encoding === "document" && known.length > 0) return { by: "names", known };
  const bounded = learned.candidates === "schema" ? typesOfRules(learned.decoding) : [];
  return bounded.length > 0 ? { by: "schema", known: [...new Set([...bounded, ...learned.entityTypes])] } : undefined;
}
