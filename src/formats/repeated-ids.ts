import type { NoticeLog } from "../corpus/notices.ts";
import type { SourceLocation } from "../errors.ts";

/** Makes ids of sentences unique, since some corpora give all sentences of a text the id of the text. */
export class RepeatedIds {
  readonly #counts = new Map<string, number>();

  /** The id or, if an earlier sentence has it, `<id>-2` and so on; changed ids are counted. */
  unique(id: string, notices: NoticeLog, at: SourceLocation): string {
    const found = this.#free(id);
    if (found !== id) notices.add("repeated-id", "sentences with the id of an earlier one, numbered", at);
    return found;
  }

  #free(id: string): string {
    const count = (this.#counts.get(id) ?? 0) + 1;
    this.#counts.set(id, count);
    return count === 1 ? id : this.#free(`${id}-${count}`);
  }
}
