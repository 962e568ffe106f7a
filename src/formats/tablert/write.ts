import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { allBut } from "../features.ts";
import type { FormatWriter } from "../format.ts";
import { jsonArray } from "../json-array.ts";
import { encodeTags } from "../tags.ts";
import { writtenTokens } from "../tokens.ts";

function toSentence(document: Document, notices: NoticeLog): unknown {
  const { id, text, entities, relations } = document;
  const { tokens, spans } = writtenTokens(document, notices);
  const tagged = entities.map(({ type }, i) => ({ ...spans[i]!, type }));
  const inOrder = [...tagged.keys()].sort((a, b) => tagged[a]!.start - tagged[b]!.start);
  const ranks = new Map(inOrder.map((entity, rank) => [entity, rank]));
  return {
    tokens: tokens.map(({ start, end }) => text.slice(start, end)),
    tags: encodeTags(tokens.length, tagged, "BILOU"),
    relations: relations.map(({ head, tail, label }) => ({
      head: ranks.get(head),
      tail: ranks.get(tail),
      type: label,
    })),
    orig_id: id,
  };
}

export const tablertWriter: FormatWriter = {
  layout: "file",
  extension: ".json",
  holds: allBut("overlapping-entities", "equal-spans", "rough-spans", "probabilities", "metadata", "exact-text"),
  write: (documents, { notices }) => jsonArray(documents, (document) => toSentence(document, notices)),
};
