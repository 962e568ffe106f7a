import { quote } from "../../quote.ts";
import { allBut } from "../features.ts";
import type { FormatWriter } from "../format.ts";
import { offsetsFromUtf16 } from "../offsets.ts";
import { typesWithStandIn } from "../stand-in-type.ts";
import { ownKeys } from "./example.ts";

/** Writes for "Import dataset" of a project with relation labelling, which turns all unknown keys into metadata. */
export const doccanoWriter: FormatWriter = {
  layout: "file",
  extension: ".jsonl",
  holds: allBut("probabilities"),
  async *write(documents, { notices }) {
    for await (const document of documents) {
      const { id, text, entities, relations, metadata = {}, source } = document;
      const offset = offsetsFromUtf16(text, "code-point");
      // doccano drops an entity without a label, and then fails on relations that cite it.
      const types = typesWithStandIn(document, notices);
      for (const key of Object.keys(metadata).filter((key) => ownKeys.has(key))) {
        const at = source && { ...source, detail: quote(key) };
        const message = "metadata under a name that doccano has for itself, left out";
        notices.lose("metadata-key", message, at, { other: 1 });
      }
      const example = {
        id,
        text,
        entities: entities.map(({ start, end }, i) => ({
          id: i,
          label: types[i],
          start_offset: offset(start),
          end_offset: offset(end),
        })),
        relations: relations.map(({ head, tail, label }, i) => ({ id: i, from_id: head, to_id: tail, type: label })),
        ...Object.fromEntries(Object.entries(metadata).filter(([key]) => !ownKeys.has(key))),
      };
      yield { text: `${JSON.stringify(example)}\n` };
    }
  },
};
