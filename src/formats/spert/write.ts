import type { Document } from "../../corpus/document.ts";
import type { FormatWriter } from "../format.ts";
import { jsonArray } from "../json-array.ts";
import { tokenizeAround } from "../tokens.ts";

function toSentence({ id, text, entities, relations }: Document): unknown {
  const { tokens, spans } = tokenizeAround(text, entities);
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
  holds: new Set([
    "ids",
    "entity-types",
    "many-entities",
    "overlapping-entities",
    "equal-spans",
    "unrelated-entities",
    "empty-documents",
    "several-labels",
    "both-directions",
    "self-loops",
    "explicit-negatives",
  ]),
  write: (documents) => jsonArray(documents, toSentence),
};
