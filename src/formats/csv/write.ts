import type { Document } from "../../corpus/document.ts";
import { surface } from "../../corpus/document.ts";
import { quote } from "../../quote.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "../format.ts";
import { offsetsFromUtf16 } from "../offsets.ts";
import { directedPairs, pairRecords } from "../pair-records.ts";
import { asText, wouldRun } from "./cells.ts";
import { noneLabels } from "./none-labels.ts";
import { columnNames, columnRoles, type ColumnRole } from "./columns.ts";

/** Writes a field by RFC 4180. */
const field = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** Roles whose fields are trimmed when read. */
const trimmedRoles = ["id", "head_type", "tail_type"] as const;

const row = (values: readonly string[]): OutputPiece => ({ text: `${values.map(field).join(",")}\n` });

async function* write(
  documents: AsyncIterable<Document>,
  { notices, noRelationLabel, fields }: WriteContext,
): AsyncGenerator<OutputPiece> {
  const names = columnNames(fields);
  yield row(columnRoles.map((role) => asText(names[role])));
  for await (const document of documents) {
    const { text, entities, source } = document;
    const toCodePoints = offsetsFromUtf16(text, "code-point");
    const offset = (utf16: number): string => String(toCodePoints(utf16));
    for (const { id, head, tail, relation } of pairRecords(document, directedPairs, notices, noneLabels)) {
      const [from, to] = [entities[head]!, entities[tail]!];
      const values: Record<ColumnRole, string> = {
        id,
        text,
        head: surface(document, from),
        head_type: from.type,
        head_start: offset(from.start),
        head_end: offset(from.end),
        tail: surface(document, to),
        tail_type: to.type,
        tail_start: offset(to.start),
        tail_end: offset(to.end),
        label: relation?.label ?? noRelationLabel,
        probability: String(relation?.probability ?? ""),
      };
      for (const role of trimmedRoles.filter((role) => values[role] !== values[role].trim())) {
        const message = "ids and types with white space at their ends, read without it";
        notices.lose("trimmed-field", message, source && { ...source, detail: role }, { other: 1 });
      }
      for (const role of columnRoles.filter((role) => wouldRun(values[role]))) {
        const message =
          "fields that a spreadsheet would run as a formula, written as text with an apostrophe before them, and read without it";
        notices.add("quoted-field", message, source && { ...source, detail: `${role} of ${quote(id, 30)}` });
      }
      yield row(columnRoles.map((role) => asText(values[role])));
    }
  }
}

export const csvWriter: FormatWriter = {
  layout: "file",
  extension: ".csv",
  usesFields: true,
  holds: new Set([
    "ids",
    "exact-text",
    "entity-types",
    "overlapping-entities",
    "equal-spans",
    "rough-spans",
    "unrelated-entities",
    "both-directions",
    "probabilities",
  ]),
  write,
};
