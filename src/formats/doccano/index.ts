import type { AnnotationFormat } from "../format.ts";
import { numberedId } from "../pair-records.ts";
import { parseDocument } from "./read.ts";
import { doccanoWriter } from "./write.ts";

const spans = /"start_offset"\s*:|"from_id"\s*:\s*\d|"label"\s*:\s*\[\s*\[\s*\d+\s*,\s*\d+\s*,\s*"/;

/** The export of a sequence labelling project of doccano, with or without relations. */
export const doccano: AnnotationFormat = {
  name: "doccano",
  description:
    'doccano: JSON Lines {"text": …, "entities": [{"id", "label", "start_offset", "end_offset"}], "relations": [{"from_id", "to_id", "type"}]}',
  detects: (head) => /"text"\s*:\s*"/.test(head) && (spans.test(head) || /"Comments"\s*:\s*\[/.test(head)),
  async *read(file, context) {
    let number = 0;
    for await (const line of file.values()) {
      const id = numberedId(file.name, ++number);
      const document = context.record(line.at, (notices) => parseDocument(line, id, context, notices));
      if (document) yield document;
    }
  },
  writer: doccanoWriter,
};
