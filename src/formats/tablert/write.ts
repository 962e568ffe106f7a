import type { Document } from "../../corpus/document.ts";
import { allBut } from "../features.ts";
import type { FormatWriter } from "../format.ts";
import { jsonArray } from "../json-array.ts";
import { encodeTags } from "../tags.ts";
import { tokenizeAround } from "../tokens.ts";

function toSentence({ id, text, entities, relations }: Document): unknown {
  const { tokens, spans } = tokenizeAround(text, entities);
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
  write: (documents) => jsonArray(documents, toSentence),
};
