import { z } from "zod";
import type { Document } from "../../corpus/document.ts";
import { DuplicateEntityError, UnknownEntityError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { quote } from "../../quote.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { comparable, writtenId } from "../ids.ts";
import { jsonDocuments } from "../json-documents.ts";
import { parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import { isObject } from "../source/probe.ts";
import type { SourceFile } from "../source/source-file.ts";
import { saysNothing } from "../source/unread-keys.ts";

// Null counts as absent, and all other keys of the line are ignored: exports of different ages differ in them (`tags`
// or `markers`, `datatype` or `type`), and `historicAnnotations` holds cancelled annotations.
const entity = z.object({ value: z.string(), start_char: z.int(), end_char: z.int(), ent_id: writtenId });
const relation = z.object({ label: z.string(), src: writtenId, dest: writtenId });
const category = z.object({ entities: z.array(entity).nullish() });
const ner = z.object({ relations: z.array(relation).nullish() }).catchall(category.nullish());
const annotatedItem = z.object({
  item: z.object({
    uuid: z.string().min(1),
    data: z.object({ text: z.string() }),
    metadata: z.looseObject({}).nullish(),
  }),
  annotation: z
    .object({ ner: ner.nullish(), classifications: z.unknown().optional(), text: z.unknown().optional() })
    .nullish(),
});

// Keys for the annotator, dates and comments; other names of the same in exports of other ages; and cancelled
// annotations.
const ownKeys: ReadonlySet<string> = new Set([
  "uuid",
  "item.datatype",
  "item.type",
  "itemMetadata",
  "annotationMetadata",
  "annotationTimes",
  "comments",
  "historicAnnotations",
]);

const otherFile = "Annotto's items and predictions files hold no annotations: give annotations.jsonlines.";

function parseDocument(record: JsonRecord, notices: NoticeLog): RawDocument {
  const { at, value } = record;
  const next = isObject(value) && "item" in value ? undefined : otherFile;
  const { item, annotation } = parseRecord(annotatedItem, record, { notices, next, ownKeys });
  const { relations, ...categories } = annotation?.ner ?? {};
  const entities = Object.values(categories).flatMap((category) => category?.entities ?? []);

  for (const kind of ["classifications", "text"] as const) {
    for (const [task, answer] of Object.entries(annotation?.[kind] ?? {})) {
      if (saysNothing(answer)) continue;
      const message = "answers to tasks of another kind (classifications, texts), left out";
      notices.lose("other-task", message, { ...at, detail: `${kind}: ${quote(task, 30)}` }, { annotations: 1 });
    }
  }

  const positions = new Map<string | number, number>();
  for (let position = 0; position < entities.length; position++) {
    const id = comparable(entities[position]!.ent_id);
    if (positions.has(id)) throw new DuplicateEntityError(String(id), at);
    positions.set(id, position);
  }
  const positionOf = (written: string | number, label: string): number => {
    const position = positions.get(comparable(written));
    if (position === undefined) {
      throw new UnknownEntityError(label, String(written), Array.from(positions.keys(), String), at);
    }
    return position;
  };
  const metadata = item.metadata ?? {};
  return {
    id: item.uuid,
    text: item.data.text,
    entities: entities.map(({ value, start_char, end_char }) => ({ start: start_char, end: end_char, type: value })),
    relations: (relations ?? []).map(({ label, src, dest }) => ({
      head: positionOf(src, label),
      tail: positionOf(dest, label),
      label,
    })),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    source: at,
    met: { entities: entities.length, relations: relations?.length ?? 0 },
  };
}

/** Reads the annotated items; entities of all categories are pooled, in file order. */
export const readAnnotto = (file: SourceFile, context: ReadContext): AsyncIterable<Document> =>
  jsonDocuments(file, context, { names: ["uuid"] }, parseDocument);
