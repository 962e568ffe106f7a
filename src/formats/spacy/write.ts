import { allBut } from "../features.ts";
import type { FormatWriter } from "../format.ts";
import { jsonArray } from "../json-array.ts";
import { offsetsFromUtf16 } from "../offsets.ts";
import { typesWithStandIn } from "../stand-in-type.ts";
import { spacyTokens } from "./spacy-tokens.ts";

/** Writes JSON for `Doc.from_json`, with the relations as an additional key. */
export const spacyWriter: FormatWriter = {
  layout: "file",
  extension: ".json",
  holds: allBut("overlapping-entities", "equal-spans", "rough-spans"),
  write: (documents, { notices }) =>
    jsonArray(documents, (document) => {
      const { id, text, entities, relations, metadata } = document;
      const offset = offsetsFromUtf16(text, "code-point");
      const { tokens, spans } = spacyTokens(text, entities);
      // Doc.from_json drops an entity with an empty label.
      const types = typesWithStandIn(document, notices);
      return {
        id,
        text,
        ents: entities.map(({ start, end }, i) => ({ start: offset(start), end: offset(end), label: types[i] })),
        tokens: tokens.map(({ start, end }, i) => ({ id: i, start: offset(start), end: offset(end) })),
        rels: relations.map(({ head, tail, label, probability }) => ({
          head: spans[head]!.start,
          tail: spans[tail]!.start,
          label,
          score: probability,
        })),
        meta: metadata,
      };
    }),
};
