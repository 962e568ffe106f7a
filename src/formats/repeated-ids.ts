import type { NoticeLog } from "../corpus/notices.ts";
import type { SourceLocation } from "../errors.ts";

/** Makes ids unique, since some corpora give all sentences of a text, or all rows on it, the id of the text. */
export class RepeatedIds {
  readonly #counts = new Map<string, number>();

  readonly #things: string;

  /** @param things the records, as the notice names them: `sentences` */
  constructor(things = "sentences") {
    this.#things = things;
  }

  /** The id or, if an earlier record has it, `<id>-2` and so on; changed ids are counted. */
  unique(id: string, notices: NoticeLog, at: SourceLocation): string {
    const found = this.#free(id);
    if (found !== id) notices.add("repeated-id", `${this.#things} with the id of an earlier one, numbered`, at);
    return found;
  }

  #free(id: string): string {
    const count = (this.#counts.get(id) ?? 0) + 1;
    this.#counts.set(id, count);
    return count === 1 ? id : this.#free(`${id}-${count}`);
  }
}
