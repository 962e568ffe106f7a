import { z } from "zod";
import type { Document } from "../../corpus/document.ts";
import { RecordError, UnknownEntityError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { anyId } from "../ids.ts";
import { jsonDocuments } from "../json-documents.ts";
import { numberedId } from "../pair-records.ts";
import { RepeatedIds } from "../repeated-ids.ts";
import { parseRecord } from "../source/json-line.ts";
import type { SourceFile } from "../source/source-file.ts";
import { decodeTags } from "../tags.ts";
import { joinTokens, restoreTokens } from "../tokens.ts";

const sentence = z.object({
  tokens: z.array(z.string()),
  tags: z.array(z.string()),
  relations: z.array(z.object({ type: z.string(), head: z.int(), tail: z.int() })).nullish(),
  orig_id: anyId.nullish(),
});

function toDocument(
  { tokens, tags, relations }: z.infer<typeof sentence>,
  id: string,
  at: SourceLocation,
  notices: NoticeLog,
): RawDocument {
  if (tags.length !== tokens.length) {
    throw new RecordError(`a tag for each of the ${tokens.length} tokens`, String(tags.length), at);
  }
  const { text, span } = joinTokens(restoreTokens(tokens, notices, at));
  const entities = decodeTags(tags, notices, at).map(({ start, end, type }) => ({ ...span(start, end), type }));
  if (!relations) notices.add("no-relations", "documents without a list of relations, read as having none", at);
  const check = (rank: number, label: string): number => {
    if (entities[rank]) return rank;
    throw new UnknownEntityError(label, String(rank), [...entities.keys()].map(String), at);
  };
  return {
    id,
    text,
    entities,
    relations: (relations ?? []).map(({ type, head, tail }) => ({
      head: check(head, type),
      tail: check(tail, type),
      label: type,
    })),
    source: at,
    met: { entities: entities.length, relations: relations?.length ?? 0 },
  };
}

/** Reads the sentences of a file. A relation cites its entities by their rank in the sentence. */
export async function* readTablert(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const ids = new RepeatedIds();
  yield* jsonDocuments(file, context, { names: ["orig_id"] }, (record, notices) => {
    const parsed = parseRecord(sentence, record, { notices });
    const given = parsed.orig_id || numberedId(file.name, record.number);
    return toDocument(parsed, ids.unique(given, notices, record.at), record.at, notices);
  });
}
