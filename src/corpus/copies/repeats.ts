import type { Document } from "../document.ts";
import type { NoticeLog } from "../notices.ts";
import { sharedId, textNumber } from "./entry.ts";

/** The messages for a text under one name that comes again, and for another text under the same name. */
export interface RepeatMessages {
  readonly repeated: string;
  readonly shared: string;
}

/**
 * Reports texts that are there again, and other texts under one id, by few bytes for each document.
 * @param remembered so many documents are remembered at least, and twice as many at most; all of them if not given
 * @returns is to be called with each document in turn
 */
export function repeatCounter(
  notices: NoticeLog,
  { repeated, shared }: RepeatMessages,
  remembered = Infinity,
): (document: Document) => void {
  let texts = new Map<number, number>();
  let older: ReadonlyMap<number, number> = new Map();
  return ({ id, text, source }) => {
    const [name, written] = [textNumber(id), textNumber(text)];
    const first = texts.get(name) ?? older.get(name);
    if (first === undefined) {
      if (texts.size >= remembered) [texts, older] = [new Map(), texts];
      texts.set(name, written);
    } else if (first === written) notices.add("repeated-text", repeated, source);
    else notices.add(sharedId.code, shared, source);
  };
}
