import type { AnnotationFormat } from "../format.ts";
import { readLabelStudio } from "./read.ts";
import { labelStudioWriter } from "./write.ts";

/** The JSON of Label Studio (HumanSignal); its other exports (JSON_MIN, CSV, CoNLL) have no relations. */
export const labelStudio: AnnotationFormat = {
  name: "label-studio",
  description: 'label-studio: the export "JSON" of Label Studio, a list of tasks {"data": {…}, "annotations": […]}',
  detects(head) {
    if (!/^\uFEFF?\s*[[{]/.test(head)) return false;
    // One long text or one long list may leave no room for the other key.
    if (/"from_name"\s*:/.test(head) && /"to_name"\s*:/.test(head)) return true;
    return /"data"\s*:\s*\{/.test(head) && /"(?:annotations|completions|predictions)"\s*:\s*\[/.test(head);
  },
  read: readLabelStudio,
  writer: labelStudioWriter,
};
