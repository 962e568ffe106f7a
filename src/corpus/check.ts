import type { Document } from "./document.ts";
import { surface } from "./document.ts";
import { trimLabel } from "./labels.ts";
import type { NoticeLog } from "./notices.ts";
import { quote } from "../quote.ts";
import { checkSpan, cutsWord, hasWhiteSpaceEdge } from "./spans.ts";

/**
 * Checks a document; every reader passes its documents through here. Returns the document with trimmed labels. Spans
 * that cut a word or begin or end with white space are kept as annotated, and counted.
 * @throws {SpanError} for a span that cannot be marked; EmptyLabelError for a label of nothing but white space.
 */
export function checkDocument(document: Document, notices: NoticeLog): Document {
  const { text, entities, source } = document;
  for (const entity of entities) checkSpan(text, entity, source);
  const relations = document.relations.map((relation) => ({
    ...relation,
    label: trimLabel(relation.label, notices, source),
  }));
  notices.addToTotal("label-trimmed", relations.length);

  notices.addToTotal("span-cuts-word", entities.length);
  notices.addToTotal("span-white-space", entities.length);
  for (const entity of entities) {
    const cuts = cutsWord(text, entity);
    const hasEdge = hasWhiteSpaceEdge(text, entity);
    if (!cuts && !hasEdge) continue;
    const at = source && { ...source, detail: `${quote(surface(document, entity))} [${entity.start}, ${entity.end})` };
    if (cuts) notices.add("span-cuts-word", "entities whose span cuts a word, kept as annotated", at);
    if (hasEdge) {
      notices.add("span-white-space", "entities whose span begins or ends with white space, kept as annotated", at);
    }
  }
  return { ...document, relations };
}
