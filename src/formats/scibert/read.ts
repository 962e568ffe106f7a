import { z } from "zod";
import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { anyId } from "../ids.ts";
import { jsonDocuments } from "../json-documents.ts";
import { numberedId } from "../pair-records.ts";
import { parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import type { SourceFile } from "../source/source-file.ts";
import { restoreTokens } from "../tokens.ts";
import { parseBrackets } from "./brackets.ts";

const sentence = z.object({
  id: anyId.nullish(),
  text: z.string(),
  label: z.string(),
});

// The key with the tokens of head and tail, which the brackets give too; in some files they count from the beginning of
// the abstract.
const ownKeys: ReadonlySet<string> = new Set(["metadata"]);

function parseDocument(record: JsonRecord, file: SourceFile, notices: NoticeLog): RawDocument {
  const { at, number } = record;
  const { id, text: marked, label } = parseRecord(sentence, record, { notices, ownKeys });
  const words = restoreTokens(marked.split(/(\s+)/), notices, at);
  const { text, spans } = parseBrackets(words.join(""), at);
  return {
    id: id || numberedId(file.name, number),
    text,
    entities: spans.map((span) => ({ ...span, type: "" })),
    relations: [{ head: 0, tail: 1, label }],
    source: at,
    isOnePair: true,
    met: { entities: spans.length, relations: 1 },
  };
}

/** Reads the sentences of a file, each as a document of [head, tail]. */
export const readScibert = (file: SourceFile, context: ReadContext): AsyncIterable<Document> =>
  jsonDocuments(file, context, { names: ["id"] }, (record, notices) => parseDocument(record, file, notices));
