import { DuplicateEntityError, KeyError, RecordError, UnknownEntityError } from "../../corpus/errors.ts";
import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { listed, quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { readSpans } from "../offsets.ts";
import { numberedId } from "../pair-records.ts";
import { parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import type { SourceFile } from "../source/source-file.ts";
import { exampleSchema, oldEntityKeys, parseOldEntities } from "./example.ts";
import type { Example, ExampleEntity, TextClass } from "./example.ts";

/** Keys of spans and relations that are passed over without a notice. */
const ownKeys: ReadonlySet<string> = new Set(["entities[].user", "annotations[].user", "relations[].user"]);

/** The document of one example; `id` is used if the file has none. */
function parseDocument(record: JsonRecord, id: string, context: ReadContext, notices: NoticeLog): RawDocument {
  const { at } = record;
  const parsed = parseRecord(exampleSchema, record, { notices, ownKeys });
  const { text, textKey } = textOf(parsed, at);
  const { entities, classes, keys } = entitiesOf(parsed, at, notices);
  for (const name of classes) {
    const message = "classes of whole texts, left out";
    notices.lose("text-class", message, { ...at, detail: quote(name, 30) }, { annotations: 1 });
  }
  const spans = readSpans(text, entities.map(offsetsOf), "code-point", context.settings, notices, at);
  const read = new Set<string>([...Object.keys(exampleSchema.shape), textKey, ...keys]);
  const metadata = Object.fromEntries(Object.entries(parsed).filter(([key]) => !read.has(key)));
  for (const key of Object.keys(metadata).filter((key) => looksLikeSpans(metadata[key]))) {
    const message = "lists that look like spans under a name that is not read, kept as metadata";
    notices.add("spans-in-metadata", message, { ...at, detail: quote(key, 30) });
  }
  return {
    id: String(parsed.id ?? id),
    text,
    entities: spans.map((span, i) => ({ ...span, type: entities[i]!.label ?? "" })),
    relations: relationsOf(
      parsed,
      entities.map(({ id }) => id ?? undefined),
      at,
      notices,
    ),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    source: at,
    met: { entities: entities.length, relations: parsed.relations?.length ?? 0, annotations: classes.length },
  };
}

const looksLikeSpans = (value: unknown): boolean => {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  if (Array.isArray(first)) return first.length > 2 && first.filter((part) => typeof part === "number").length === 2;
  return typeof first === "object" && first !== null && Object.keys(first).some((key) => /^(?:start|begin)/i.test(key));
};

const offsetsOf = ({ start_offset, end_offset }: ExampleEntity): { start: number; end: number } => ({
  start: start_offset,
  end: end_offset,
});

function textOf({ text, data }: Example, at: SourceLocation): { text: string; textKey: "text" | "data" } {
  if (typeof text === "string") return { text, textKey: "text" };
  if (typeof data === "string") return { text: data, textKey: "data" };
  throw new KeyError("text", "a string", text === null ? "null" : "nothing", at);
}

const isEntity = (value: ExampleEntity | TextClass): value is ExampleEntity =>
  typeof value === "object" && "start_offset" in value;

interface Annotated {
  readonly entities: ExampleEntity[];
  /** Classes of the whole text. */
  readonly classes: string[];
  /** The outdated keys that held the entities. */
  readonly keys: readonly string[];
}

/** The entities under all current and old keys, each once: an export may have the same entities under two keys. */
function entitiesOf(parsed: Example, at: SourceLocation, notices: NoticeLog): Annotated {
  const entities = [...(parsed.entities ?? [])];
  const classes: string[] = [];
  const keys: string[] = [];
  const add = (key: string, values: readonly (ExampleEntity | TextClass)[]): void => {
    // Each known entity accounts for one equal entity under this key.
    const rest = new Map<string, number>();
    for (const entity of entities) rest.set(identity(entity), (rest.get(identity(entity)) ?? 0) + 1);
    for (const value of values) {
      if (!isEntity(value)) {
        classes.push(typeof value === "string" ? value : (value.label ?? ""));
        continue;
      }
      const left = rest.get(identity(value)) ?? 0;
      rest.set(identity(value), left - 1);
      if (left > 0)
        notices.add("entity-twice", "entities that stand under two keys, read once", { ...at, detail: key });
      else entities.push(value);
    }
  };
  add("label", parsed.label ?? []);
  for (const key of oldEntityKeys) {
    const values = parseOldEntities(parsed[key]);
    if (!values) continue;
    add(key, values);
    keys.push(key);
  }
  if (entities.length === 0 && classes.length > 0) throw withoutSpans(classes, at);
  const numbered = entities.filter(({ label }) => label !== undefined && label !== null && /^\d+$/.test(label));
  if (numbered.length > 0) {
    const message = "records with numbers for labels, whose names are not in the export, read as they are";
    notices.add("numbered-label", message, {
      ...at,
      detail: listed([...new Set(numbered.map(({ label }) => label!))]),
    });
  }
  return { entities, classes, keys };
}

const identity = ({ start_offset, end_offset, label }: ExampleEntity): string =>
  `${start_offset} ${end_offset} ${label ?? ""}`;

function withoutSpans(classes: readonly string[], at: SourceLocation): RecordError {
  const found = listed(
    classes.map((name) => quote(name, 30)),
    5,
  );
  const isBroken = classes.every((name) => name === "entities" || name === "relations");
  const why = isBroken
    ? "the names of lists without the lists: versions 1.5 and 1.6 of doccano exported a project for relations so, with its " +
      "annotations left out. Export it again with version 1.7 or newer"
    : `classes of the whole text (${found}). Export a project for sequence labelling, with relations`;
  return new RecordError(
    'entities, as [0, 5, "TIME"] or {"start_offset": 0, "end_offset": 5, "label": "TIME"}',
    why,
    at,
  );
}

function relationsOf(
  { relations }: Example,
  ids: readonly (string | undefined)[],
  at: SourceLocation,
  notices: NoticeLog,
): RawDocument["relations"] {
  const positions = new Map<string, number>();
  for (const [position, id] of ids.entries()) {
    if (id === undefined) continue;
    if (positions.has(id)) throw new DuplicateEntityError(id, at);
    positions.set(id, position);
  }
  const positionOf = (id: string, label: string): number => {
    const position = positions.get(id);
    if (position === undefined) throw new UnknownEntityError(label, id, [...positions.keys()], at);
    return position;
  };
  return (relations ?? []).flatMap(({ from_id, to_id, type }) => {
    if (type !== null && type !== undefined) {
      return [{ head: positionOf(from_id, type), tail: positionOf(to_id, type), label: type }];
    }
    const detail = `from ${quote(from_id, 30)} to ${quote(to_id, 30)}`;
    notices.lose("unlabelled-relation", "relations without a type, left out", { ...at, detail }, { relations: 1 });
    return [];
  });
}

/** Reads the documents of a file in order. */
export const readDoccano = (file: SourceFile, context: ReadContext): AsyncIterable<Document> =>
  jsonDocuments(file, context, { names: ["id"] }, (record, notices) =>
    parseDocument(record, numberedId(file.name, record.number), context, notices),
  );
