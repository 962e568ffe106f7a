import type { Document, Entity } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { listed, printable } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import { wholeSpan } from "../discontinuous.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { numberedId } from "../pair-records.ts";
import { parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import type { SourceFile } from "../source/source-file.ts";
import { saysNothing } from "../source/unread-keys.ts";
import type { ReadAnnotation } from "./concepts.ts";
import { readRelations } from "./relations.ts";
import { biocDocument, collection, type BiocDocument } from "./schema.ts";
import { placeAnnotations } from "./text.ts";

// Keys of PubTator itself, and keys that repeat what is read.
const ownKeys: ReadonlySet<string> = new Set(["_id", "pmid", "pmcid", "created", "relations_display[].name"]);

const unread = {
  annotation: "annotations with infons beside their type, which are not kept",
  passage: "passages with infons, which are not kept",
  collection: "collections with infons, a source, a date or a key, which are not kept",
} as const;

/** Reports the names of infons that are not read. */
function reportUnread(of: keyof typeof unread, infons: object, notices: NoticeLog, at: SourceLocation): void {
  const keys = Object.entries(infons).flatMap(([key, value]) =>
    saysNothing(value) ? [] : [printable(key.slice(0, 60))],
  );
  if (keys.length === 0) return;
  notices.lose(`${of}-infons`, unread[of], { ...at, detail: listed(keys, 5) }, { other: keys.length });
}

function toDocument(
  parsed: BiocDocument,
  id: string,
  { settings }: ReadContext,
  notices: NoticeLog,
  at: SourceLocation,
): RawDocument {
  const { text, annotations } = placeAnnotations(parsed, settings, notices, at);
  const entities: Entity[] = [];
  const surfaces: (string | undefined)[] = [];
  const read: ReadAnnotation[] = [];
  notices.addToTotal("discontinuous-span", annotations.length);
  for (const { annotation, fragments } of annotations) {
    const name = annotation.id ?? "";
    const { type, ...others } = annotation.infons ?? {};
    reportUnread("annotation", others, notices, at);
    if (fragments.length === 0) {
      const message = "annotations without a location, left out";
      notices.lose("no-location", message, { ...at, detail: name }, { entities: 1 });
    }
    const whole =
      fragments.length === 0 ? undefined : wholeSpan(text, fragments, settings, notices, { ...at, detail: name });
    read.push({ annotation, position: whole && entities.length });
    if (!whole) continue;
    entities.push({ start: whole.start, end: whole.end, type: typeof type === "string" ? type : "" });
    surfaces.push(fragments.length === 1 ? (annotation.text ?? undefined) : undefined);
  }

  for (const { infons } of parsed.passages) {
    reportUnread("passage", infons ?? {}, notices, at);
  }
  const nested = parsed.passages.flatMap(({ relations, sentences }) => [
    ...(relations ?? []),
    ...(sentences ?? []).flatMap(({ relations }) => relations ?? []),
  ]);
  const given = [...(parsed.relations ?? []), ...nested];
  const relations = readRelations(given, read, entities, notices, at);
  const { infons } = parsed;
  const metadata = infons && Object.keys(infons).length > 0 ? { metadata: infons } : {};
  const met = { entities: annotations.length, relations: given.length };
  return { id, text, entities, relations, surfaces, ...metadata, met, source: at };
}

const isWrapping = (key: string): boolean => key === "documents" || key === "PubTator3";

/** Reads the documents of a collection, of a list, of a response of PubTator 3, or one per line. */
export const readBioc = (file: SourceFile, context: ReadContext): AsyncIterable<Document> =>
  jsonDocuments(file, context, { names: ["id"], isWrapping, reportWrapping }, (record, notices) => {
    const parsed = parseRecord(biocDocument, record, { notices, ownKeys });
    const id = parsed.id || numberedId(file.name, record.number);
    return toDocument(parsed, id, context, notices, record.at);
  });

function reportWrapping(wrapping: JsonRecord, notices: NoticeLog): void {
  const { documents: _, PubTator3: __, ...header } = parseRecord(collection, wrapping, { notices });
  reportUnread("collection", header, notices, wrapping.at);
}
