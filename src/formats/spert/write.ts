import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { allBut } from "../features.ts";
import type { FormatWriter } from "../format.ts";
import { jsonArray } from "../json-array.ts";
import { writtenTokens } from "../tokens.ts";

function toSentence(document: Document, notices: NoticeLog): unknown {
  const { id, text, entities, relations } = document;
  const { tokens, spans } = writtenTokens(document, notices);
  return {
    tokens: tokens.map(({ start, end }) => text.slice(start, end)),
    entities: entities.map(({ type }, i) => ({ type, start: spans[i]!.start, end: spans[i]!.end })),
    relations: relations.map(({ label, head, tail }) => ({ type: label, head, tail })),
    orig_id: id,
  };
}

export const spertWriter: FormatWriter = {
  layout: "file",
  extension: ".json",
  holds: allBut("rough-spans", "probabilities", "metadata", "exact-text"),
  write: (documents, { notices }) => jsonArray(documents, (document) => toSentence(document, notices)),
};
