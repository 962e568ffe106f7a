import type { NoticeLog } from "../../corpus/notices.ts";
import type { SourceLocation } from "../../errors.ts";
import type { ShownTypes } from "./task.ts";
import { typeWords } from "../../tokenization/inputs/typed-markers.ts";

/** Counts mentions whose type says nothing to a model that was trained with types; it answers for them all the same. */
export function reportTypes(
  entities: readonly { readonly type?: string | undefined }[],
  { by, known }: ShownTypes,
  log: NoticeLog,
  at: SourceLocation,
): void {
  for (const { type = "" } of entities) {
    const name = by === "words" ? typeWords(type) : type;
    if (name === "") log.add("type-absent", absent[by], at);
    else if (!known.includes(name)) {
      const some = known.slice(0, 10).join(", ") + (known.length > 10 ? ` and ${known.length - 10} more` : "");
      const message = `mentions of types that the model met in no training text, which had ${some}; ${unseen[by]}`;
      log.add("type-unseen", message, { ...at, detail: type });
    }
  }
}

const readAsSuch = "mentions without a type, though the model was trained with types; give them";
const absent = {
  words: readAsSuch,
  names: readAsSuch,
  schema: "mentions without a type, for which the schema of the model rules nothing out; give their types",
} as const;
const unseen = {
  words: "it reads the words of their names",
  names: "it reads them as mentions without a type",
  schema: "its schema rules nothing out for them",
} as const;

/** Types that differ in the data and not in what the markers show: `Time` and `TIME`. */
export function reportTypesAlike(types: readonly string[], log: NoticeLog): void {
  for (const type of types) {
    const words = typeWords(type);
    if (words === "") {
      log.add("type-wordless", "types without a letter or digit, which the markers do not show", { file: type });
    } else if (types.some((other) => other !== type && typeWords(other) === words)) {
      log.add("type-alike", "types whose names have the same words, so that the markers show them alike", {
        file: type,
      });
    }
  }
}
