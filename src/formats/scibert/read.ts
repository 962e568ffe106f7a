import { z } from "zod";
import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { anyId } from "../ids.ts";
import { numberedId } from "../pair-records.ts";
import { parseRecord } from "../source/json-line.ts";
import type { Line } from "../source/lines.ts";
import type { SourceFile } from "../source/source-file.ts";
import { restoreTokens } from "../tokens.ts";
import { parseBrackets } from "./brackets.ts";

const sentence = z.object({
  id: anyId.nullish(),
  text: z.string(),
  label: z.string(),
});

// The tokens of head and tail, which the brackets say as well; in some files they count from the beginning of the abstract.
const ownKeys: ReadonlySet<string> = new Set(["metadata"]);

function parseDocument(
  { text: line, at, problem }: Line,
  number: number,
  file: SourceFile,
  notices: NoticeLog,
): RawDocument {
  if (problem) throw problem;
  const { id, text: marked, label } = parseRecord(sentence, line, at, { notices, ownKeys });
  const words = restoreTokens(marked.split(/(\s+)/), notices, at);
  const { text, spans } = parseBrackets(words.join(""), at);
  return {
    id: id || numberedId(file.name, number),
    text,
    entities: spans.map((span) => ({ ...span, type: "" })),
    relations: [{ head: 0, tail: 1, label }],
    source: at,
  };
}

/** The sentences of a file, each a document of [head, tail]. */
export async function* readScibert(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  let number = 0;
  for await (const line of file.records()) {
    number++;
    const document = context.record(line.at, (notices) => parseDocument(line, number, file, notices));
    if (document) yield document;
  }
}
