import { formatLocation, type SourceLocation } from "../../errors.ts";
import { quote } from "../../corpus/quote.ts";
import type { RawDocument } from "../../formats/format.ts";
import { placeOf, problem, type Problem } from "../problem.ts";
import { counted } from "../wording.ts";

/** Documents of which nothing can be learnt, or from which annotations may be missing. */
export function* checkContent(document: RawDocument): Generator<Problem> {
  const { text, entities, relations } = document;
  const place = placeOf(document);
  const start = text.trim() === "" ? "" : `: ${quote(text.trim(), 60)}`;
  if (start === "")
    yield problem("document-empty-text", place, { message: `a text of ${counted(text.length, "character")}` });
  if (entities.length < 2) {
    const message = entities.length === 0 ? "no entity" : "one entity";
    yield problem("document-without-pairs", place, { message: `${message}${start}` });
  } else if (relations.length === 0) {
    const message = `${entities.length} entities and no relation${start}`;
    yield problem("document-without-relations", place, { message });
  }
}

/** Ids that come again, in whatever file. */
export class DocumentIds {
  readonly #places = new Map<string, SourceLocation>();

  *add(document: RawDocument): Generator<Problem> {
    const { id } = document;
    const place = placeOf(document);
    const first = this.#places.get(id);
    if (!first) this.#places.set(id, place.at);
    else {
      const message = `${quote(id)} was first read at ${formatLocation(first)}`;
      yield problem("document-duplicate-id", place, { message });
    }
  }
}
