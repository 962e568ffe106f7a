import type { Document } from "../../corpus/document.ts";
import { surface } from "../../corpus/document.ts";
import { allBut } from "../features.ts";
import type { FormatWriter } from "../format.ts";
import { jsonArray } from "../json-array.ts";
import { offsetsFromUtf16 } from "../offsets.ts";
import { spacyTokens } from "../spacy/spacy-tokens.ts";

function toRecord(document: Document): unknown {
  const { id, text, entities, relations } = document;
  const { spans } = spacyTokens(text, entities);
  const offset = offsetsFromUtf16(text, "code-point");
  return {
    documentName: id,
    document: text,
    tokens: entities.map((entity, i) => ({
      text: surface(document, entity),
      start: offset(entity.start),
      end: offset(entity.end),
      token_start: spans[i]!.start,
      token_end: spans[i]!.end - 1,
      entityLabel: entity.type,
    })),
    relations: relations.map(({ head, tail, label }) => ({
      child: spans[tail]!.start,
      head: spans[head]!.start,
      relationLabel: label,
    })),
  };
}

export const ubiaiWriter: FormatWriter = {
  layout: "file",
  extension: ".json",
  holds: allBut("overlapping-entities", "equal-spans", "rough-spans", "probabilities", "metadata"),
  write: (documents) => jsonArray(documents, toRecord),
};
