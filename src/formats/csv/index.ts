import type { AnnotationFormat } from "../format.ts";
import { isPairTable } from "./columns.ts";
import { readCsv } from "./read.ts";
import { csvWriter } from "./write.ts";

/** A table with one pair per row, its fields separated by commas, semicolons, tabs or bars. */
export const csv: AnnotationFormat = {
  name: "csv",
  description:
    "csv: CSV or TSV with the columns text, head, tail and label in its first row (--fields for other names)",
  detects: ({ head, path }, settings) => isPairTable(head, path, settings?.fields),
  uses: ["offsetUnit", "fields"],
  read: readCsv,
  writer: csvWriter,
};
