import type { Document } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import { LabelSpelling } from "./checks/labels.ts";

/** Reports labels and types of entities that are spelled nearly like a frequent one: each is learnt as one of its own. */
export function reportSpelling(documents: readonly Document[], notices: NoticeLog): void {
  const spelling = new LabelSpelling({ noRelationLabel: "" });
  // A check yields what it finds at each document; this one waits for the whole.
  const found = [...documents.flatMap((document) => [...spelling.add(document)]), ...spelling.finish()];
  for (const { code, title, at, message } of found) {
    if (code === "label-typo" || code === "entity-type-typo") notices.add(code, title, { ...at, detail: message });
  }
}
