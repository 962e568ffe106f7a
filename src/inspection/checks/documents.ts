import { formatLocation, type SourceLocation } from "../../errors.ts";
import { plural, quote } from "../../quote.ts";
import type { RawDocument } from "../../formats/format.ts";
import { placeOf, problem, type Fix, type Problem } from "../problem.ts";
import { documentKey } from "../../corpus/copies/entry.ts";
import { hash53 } from "../../corpus/text-hash.ts";

/** Finds documents that nothing can be learnt from, or that may lack annotations. */
export function* checkContent(document: RawDocument): Generator<Problem> {
  const { text, entities, relations } = document;
  const place = placeOf(document);
  const start = text.trim() === "" ? "" : `: ${quote(text.trim(), 60)}`;
  if (start === "")
    yield problem("document-empty-text", place, { message: `a text of ${plural(text.length, "character")}` });
  if (entities.length < 2) {
    const message = entities.length === 0 ? "no entity" : "one entity";
    yield problem("document-without-pairs", place, { message: `${message}${start}` });
  } else if (relations.length === 0 && !document.saysNone) {
    const message = `${entities.length} entities and no relation${start}`;
    yield problem("document-without-relations", place, { message });
  }
}

/** The repair of the whole: `recipes/repair-data.ts` leaves the document out, and nothing is changed within it. */
export const repeatLeftOut: Fix = {
  description: "documents that repeat an earlier one, with its id, text and annotations, left out",
  apply: (document) => document,
};

/** Finds ids that occur again in any file, for another text or for a text that occurs more than once. */
export class DocumentIds {
  readonly #firsts = new Map<string, { readonly at: SourceLocation; readonly text: number; readonly key: string }>();

  *add(document: RawDocument): Generator<Problem> {
    const { id } = document;
    const place = placeOf(document);
    const text = hash53(document.text);
    const key = documentKey(document);
    const first = this.#firsts.get(id);
    if (!first) this.#firsts.set(id, { at: place.at, text, key });
    else {
      const isCopy = first.text === text && first.at.file !== place.at.file;
      const isRepeat = first.key === key;
      const same = isRepeat ? "with the same text and annotations" : "with the same text";
      const how = first.text === text ? same : "with another text";
      const message = `${quote(id)} was first read at ${formatLocation(first.at)}, ${how}`;
      yield problem(isCopy ? "document-copy" : "document-duplicate-id", place, {
        message,
        ...(isRepeat ? { fix: repeatLeftOut } : {}),
      });
    }
  }
}
