import type { Document } from "../corpus/document.ts";
import { label2id, type LabelSchema } from "../corpus/labels.ts";
import type { NoticeLog } from "../corpus/notices.ts";

/** Documents without those that hold a label the model does not know; those are counted. */
export function knownLabelsOnly(documents: readonly Document[], schema: LabelSchema, log: NoticeLog): Document[] {
  return documents.filter((document) => {
    const unknown = document.relations.find(
      ({ head, tail, label }) => head !== tail && label2id(schema, label) === undefined,
    );
    if (!unknown) return true;
    log.add("label-unknown", "documents with a relation that the model was not trained on, left out", {
      ...(document.source ?? { file: document.id }),
      detail: unknown.label,
    });
    return false;
  });
}
