import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { isList, listOf, someRecord } from "../source/probe.ts";
import { ubiaiWriter } from "./write.ts";

/** The JSON of UBIAI, known from a much copied tutorial on spaCy's relation extraction. */
export const ubiai: AnnotationFormat = {
  name: "ubiai",
  description:
    'ubiai: UBIAI JSON, a list of {"document": …, "tokens": [{"token_start", "entityLabel", …}], "relations": [{"head", "child", "relationLabel"}]}',
  keys: ["document", "tokens", "relations"],
  detects: (probe) =>
    someRecord(
      probe,
      ({ document, tokens, relations }) =>
        typeof document === "string" &&
        isList(tokens) &&
        listOf(tokens, (token) => "entityLabel" in token && typeof token["start"] === "number") &&
        (tokens.length > 0 || listOf(relations, (relation) => "relationLabel" in relation)),
    ),
  uses: ["offsetUnit"],
  read: lateReader(async () => (await import("./read.ts")).readUbiai),
  writer: ubiaiWriter,
};
