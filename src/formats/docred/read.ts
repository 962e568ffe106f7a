import { z } from "zod";
import type { Document, Span } from "../../corpus/document.ts";
import { RecordError, UnknownEntityError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { parseJsonLine, parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import type { SourceFile } from "../source/source-file.ts";
import { joinTokens, restoreTokens } from "../tokens.ts";

const mention = z.object({
  name: z.string().nullish(),
  sent_id: z.int(),
  pos: z.tuple([z.int(), z.int()]),
  type: z.string().nullish(),
});
type Mention = z.infer<typeof mention>;

const docredDocument = z.object({
  title: z.string().min(1),
  sents: z.array(z.array(z.string())),
  vertexSet: z.array(z.array(mention).min(1)),
  labels: z.array(z.object({ h: z.int(), t: z.int(), r: z.string() })).nullish(),
});

// Alternative positions of a mention.
const ownKeys: ReadonlySet<string> = new Set(["vertexSet[][].global_pos", "vertexSet[][].index"]);

/** Names of the Wikidata properties, from the file that DocRED has beside its data; empty without that file. */
async function readRelationNames(data: SourceFile): Promise<Map<string, string>> {
  const file = await data.sibling("rel_info.json");
  if (!file) return new Map();
  try {
    const names = parseJsonLine(z.record(z.string(), z.string()), await file.text(), { file: file.path });
    return new Map(Object.entries(names));
  } finally {
    await file.close();
  }
}

const firstInText = (mentions: readonly Mention[]): Mention =>
  mentions.reduce((first, next) => {
    const isEarlier = next.sent_id - first.sent_id || next.pos[0] - first.pos[0];
    return isEarlier < 0 ? next : first;
  });

/** Converts positions in sentences to tokens of the document. */
function tokensOf(sentences: readonly (readonly string[])[], at: SourceLocation): (mention: Mention) => Span {
  const starts: number[] = [];
  let count = 0;
  for (const { length } of sentences) {
    starts.push(count);
    count += length;
  }
  return ({ sent_id, pos: [start, end] }) => {
    const sentence = sentences[sent_id];
    if (!sentence) throw new RecordError(`sent_id from 0 to ${sentences.length - 1}`, String(sent_id), at);
    if (start < 0 || end > sentence.length) {
      const range = `pos within the ${sentence.length} tokens of sentence ${sent_id}`;
      throw new RecordError(range, `[${start}, ${end}]; pos counts from the beginning of the sentence`, at);
    }
    return { start: starts[sent_id]! + start, end: starts[sent_id]! + end };
  };
}

const withoutBlanks = (text: string): string => text.replaceAll(/\s/g, "");

function parseDocument(record: JsonRecord, names: ReadonlyMap<string, string>, notices: NoticeLog): RawDocument {
  const { at } = record;
  const { title, sents, vertexSet, labels } = parseRecord(docredDocument, record, { notices, ownKeys });
  const { text, span } = joinTokens(restoreTokens(sents.flat(), notices, at));
  const tokens = tokensOf(sents, at);

  const mentions = vertexSet.map(firstInText);
  const spans = mentions.map((mention) => {
    const { start, end } = tokens(mention);
    return span(start, end);
  });
  const count = vertexSet.flat().length;
  notices.addToTotal("later-mentions", count);
  for (let i = vertexSet.length; i < count; i++) {
    const message = "mentions after the first of their entity, left out";
    notices.lose("later-mentions", message, at, { annotations: 1 });
  }
  if (!labels) notices.add("no-relations", "documents without a list of relations, read as having none", at);

  const check = (entity: number, label: string): number => {
    if (vertexSet[entity]) return entity;
    throw new UnknownEntityError(label, String(entity), [...vertexSet.keys()].map(String), at);
  };
  return {
    id: title,
    text,
    entities: mentions.map(({ type }, i) => ({ ...spans[i]!, type: type ?? "" })),
    relations: (labels ?? []).map(({ h, t, r }) => ({
      head: check(h, r),
      tail: check(t, r),
      label: names.get(r) ?? r,
    })),
    surfaces: mentions.map(({ name, sent_id, pos }) => {
      // The corpus writes some names with fewer spaces than the tokens have between them.
      const found = sents[sent_id]!.slice(...pos).join("");
      return name && withoutBlanks(name) !== withoutBlanks(found) ? name : undefined;
    }),
    source: at,
    met: { entities: vertexSet.length, relations: labels?.length ?? 0, annotations: count - vertexSet.length },
  };
}

/** Reads the documents of a file. Each entity is placed at its first mention in the text. */
export async function* readDocred(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const names = await readRelationNames(file);
  yield* jsonDocuments(file, context, { names: ["title"] }, (record, notices) => parseDocument(record, names, notices));
}
