import { z } from "zod";
import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import type { SourceFile } from "../source/source-file.ts";
import { joinTokens, restoreTokens } from "../tokens.ts";
import { decideTokenEnds, type TokenEnds } from "./token-ends.ts";

/** The format's own label of a pair without a relation; not a setting. */
export const noRelation = "no_relation";

const example = z.object({
  id: z.string().min(1),
  docid: z.string().nullish(),
  relation: z.string(),
  token: z.array(z.string()),
  subj_start: z.int(),
  subj_end: z.int(),
  obj_start: z.int(),
  obj_end: z.int(),
  subj_type: z.string().nullish(),
  obj_type: z.string().nullish(),
});

function parseDocument(record: JsonRecord, tokenEnds: TokenEnds, notices: NoticeLog): RawDocument {
  const { at } = record;
  const { id, docid, relation, token, ...mentions } = parseRecord(example, record, { notices });
  const { text, span } = joinTokens(restoreTokens(token, notices, at));
  const after = tokenEnds === "inclusive" ? 1 : 0;
  return {
    id,
    text,
    entities: [
      { ...span(mentions.subj_start, mentions.subj_end + after), type: mentions.subj_type ?? "" },
      { ...span(mentions.obj_start, mentions.obj_end + after), type: mentions.obj_type ?? "" },
    ],
    relations: relation === noRelation ? [] : [{ head: 0, tail: 1, label: relation }],
    ...(typeof docid === "string" && docid !== id ? { metadata: { docid } } : {}),
    source: at,
    isOnePair: true,
  };
}

/** Reads the examples of a file, each as a document of [subject, object]. */
export async function* readTacred(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const tokenEnds = await decideTokenEnds(file, context.settings, context.notices);
  yield* jsonDocuments(file, context, { names: ["id"] }, (record, notices) =>
    parseDocument(record, tokenEnds, notices),
  );
}
