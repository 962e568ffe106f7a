import type { z } from "zod";
import { UnknownEntityError } from "../../corpus/errors.ts";
import type { Document, Relation } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { printable, quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { readSpans } from "../offsets.ts";
import { numberedId } from "../pair-records.ts";
import { parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import type { SourceFile } from "../source/source-file.ts";
import { askingLine, knownKeys, relataLine, textLine, type RelataEntity, type RelataLine } from "./schema.ts";

const advice = "docs/formats/relata.schema.json says what a line may hold.";

const predictionAdvice =
  'A line looks like {"text": "I read it.", "entities": [[0, 1], [2, 6]]}: Relata says how given entities are related, ' +
  "and finds none itself. A model that finds them is named by --entities.";

const textAdvice = 'A line looks like {"text": "I read it."}; its entities are found.';

/** Parses the document of one line. */
export function parseDocument(
  record: JsonRecord,
  fileName: string,
  context: ReadContext,
  notices: NoticeLog,
): RawDocument {
  const { at, place } = record;
  const parsed = parseLine(record, context, notices);
  reportOtherKeys(parsed, notices, at);
  const { id, text, metadata } = parsed;
  const entities = parsed.entities.map(entityOf);
  const surfaces = entities.map(({ text }) => text ?? undefined);
  const written = entities.map(({ start, end }, i) => ({ start, end, surface: surfaces[i] }));
  const spans = readSpans(text, written, "utf-16", context.settings, notices, at);
  return {
    id: id == null ? numberedId(fileName, place) : String(id),
    text,
    entities: spans.map(({ start, end }, i) => ({ start, end, type: entities[i]!.type ?? "" })),
    relations: relationsOf(parsed, notices, at),
    ...(metadata ? { metadata } : {}),
    source: at,
    ...(surfaces.some((recorded) => recorded !== undefined) && { surfaces }),
    met: {
      entities: parsed.entities.length,
      relations: (parsed.relations ?? []).filter(({ unscored }) => typeof unscored !== "string").length,
    },
  };
}

function parseLine(record: JsonRecord, context: ReadContext, notices: NoticeLog): RelataLine {
  if (!context.askPairs) return parseRecord(relataLine, record, { notices, next: advice });
  if (context.findsEntities) {
    const line = parseRecord(textLine, record, { notices, next: textAdvice });
    if (line.pairs) context.askPairs(line.pairs.map(pairOf));
    return { ...line, entities: line.entities ?? [] };
  }
  const asking = parseRecord(askingLine, record, { notices, next: predictionAdvice });
  if (asking.pairs) context.askPairs(asking.pairs.map(pairOf));
  return asking;
}

const pairOf = (pair: NonNullable<z.infer<typeof askingLine>["pairs"]>[number]): readonly [number, number] =>
  "head" in pair ? [pair.head, pair.tail] : pair;

function entityOf(entity: RelataLine["entities"][number]): RelataEntity {
  if (!Array.isArray(entity)) return entity;
  const [start, end, type] = entity;
  return { start, end, type };
}

function relationsOf({ entities, relations }: RelataLine, notices: NoticeLog, at: SourceLocation): Relation[] {
  const scored: Relation[] = [];
  for (const { head, tail, label, probability, unscored } of relations ?? []) {
    for (const position of [head, tail]) {
      if (entities[position] !== undefined) continue;
      throw new UnknownEntityError(label, String(position), [...entities.keys()].map(String), at);
    }
    // The label of an unscored pair is only a placeholder.
    if (typeof unscored === "string") {
      const place = { ...at, detail: `${head} → ${tail}: ${printable(unscored)}` };
      notices.lose("unscored-pair", "pairs that the model could not score, left out", place, { other: 1 });
    } else if (typeof probability === "number") scored.push({ head, tail, label, probability });
    else scored.push({ head, tail, label });
  }
  return scored;
}

/** Reports unknown keys, since a misspelt key would otherwise count as absent. */
function reportOtherKeys(line: RelataLine, notices: NoticeLog, at: SourceLocation): void {
  const report = (key: string, place: string): void =>
    notices.lose(
      "other-key",
      "keys that the format does not have, not read",
      { ...at, detail: `${place}${quote(key, 30)}` },
      { other: 1 },
    );
  for (const key in line) if (!knownKeys.document.includes(key)) report(key, "");
  // Nearly always there is none, and a list of the keys of each entity would cost more than the look at them.
  const ofEntities = new Set<string>();
  for (const entity of line.entities) {
    if (Array.isArray(entity)) continue;
    for (const key in entity) if (!knownKeys.entity.includes(key)) ofEntities.add(key);
  }
  for (const key of ofEntities) report(key, "entities: ");
}

/** Reads the documents of a file in order. */
export const readRelata = (file: SourceFile, context: ReadContext): AsyncIterable<Document> =>
  jsonDocuments(file, context, { names: ["id"] }, (record, notices) =>
    parseDocument(record, file.name, context, notices),
  );
