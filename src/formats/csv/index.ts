import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { isPairTable } from "./columns.ts";
import { csvWriter } from "./write.ts";

/** A table with one pair per row, its fields separated by commas, semicolons, tabs or bars. */
export const csv: AnnotationFormat = {
  name: "csv",
  description:
    "csv: CSV or TSV with the columns text, head, tail and label in its first row (--fields for other names)",
  detects: ({ head, path }, settings) => isPairTable(head, path, settings?.fields),
  uses: ["offsetUnit", "fields"],
  read: lateReader(async () => (await import("./read.ts")).readCsv),
  writer: csvWriter,
};
