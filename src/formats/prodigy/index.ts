import type { AnnotationFormat } from "../format.ts";
import { numberedId } from "../pair-records.ts";
import { parseDocument } from "./read.ts";
import { prodigyWriter } from "./write.ts";

/** Tasks of Prodigy's `rel.manual`, one a line. */
export const prodigy: AnnotationFormat = {
  name: "prodigy",
  description:
    'prodigy: JSON Lines of rel.manual, {"text": …, "tokens": […], "spans": [{"token_end", …}], "relations": [{"head", "child", "label"}]}',
  detects: (head) =>
    /"text"\s*:\s*"/.test(head) &&
    /"(?:_input_hash|_task_hash|token_end|head_span)"\s*:|"ws"\s*:\s*(?:true|false)/.test(head),
  async *read(file, context) {
    for await (const line of file.lines()) {
      const id = numberedId(file.name, line.at.line);
      const document = context.record(line.at, (notices) => parseDocument(line, id, context, notices));
      if (document) yield document;
    }
  },
  writer: prodigyWriter,
};
