import { allFeatures } from "../features.ts";
import type { FormatWriter } from "../format.ts";

/** Writes Relata's own format, which holds every feature: documents are read back unchanged. */
export const relataWriter: FormatWriter = {
  layout: "file",
  extension: ".jsonl",
  holds: new Set(allFeatures),
  async *write(documents) {
    for await (const { id, text, entities, relations, metadata } of documents) {
      const line = {
        id,
        text,
        entities: entities.map(({ start, end, type }) => (type === "" ? { start, end } : { start, end, type })),
        relations: relations.map(({ head, tail, label, probability }) => ({ head, tail, label, probability })),
        metadata,
      };
      yield { text: `${JSON.stringify(line)}\n` };
    }
  },
};
