import { UnknownEntityError } from "../../corpus/errors.ts";
import type { Relation } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { printable, quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { readSpans } from "../offsets.ts";
import { numberedId } from "../pair-records.ts";
import { parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
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
  const spans = readSpans(
    text,
    entities.map(({ start, end, text }) => ({ start, end, surface: text ?? undefined })),
    "utf-16",
    context.settings,
    notices,
    at,
  );
  return {
    id: id == null ? numberedId(fileName, place) : String(id),
    text,
    entities: spans.map((span, i) => ({ ...span, type: entities[i]!.type ?? "" })),
    relations: relationsOf(parsed, notices, at),
    ...(metadata ? { metadata } : {}),
    source: at,
    surfaces: entities.map(({ text }) => text ?? undefined),
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
    if (line.pairs) context.askPairs(line.pairs);
    return { ...line, entities: line.entities ?? [] };
  }
  const asking = parseRecord(askingLine, record, { notices, next: predictionAdvice });
  if (asking.pairs) context.askPairs(asking.pairs);
  return asking;
}

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
    } else scored.push({ head, tail, label, ...(typeof probability === "number" ? { probability } : {}) });
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
  const others = (value: object, known: readonly string[]): string[] =>
    Object.keys(value).filter((key) => !known.includes(key));
  for (const key of others(line, knownKeys.document)) report(key, "");
  const objects = line.entities.filter((entity) => !Array.isArray(entity));
  for (const key of new Set(objects.flatMap((entity) => others(entity, knownKeys.entity)))) report(key, "entities: ");
}
