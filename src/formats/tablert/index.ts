import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { isList, someRecord } from "../source/probe.ts";
import { isTag } from "../tags.ts";
import { tablertWriter } from "./write.ts";

const isStrings = (value: unknown): value is string[] =>
  isList(value) && value.every((element) => typeof element === "string");

/** The JSON of TablERT (Ma et al. 2022), used for CoNLL04, with a tag on each token. */
export const tablert: AnnotationFormat = {
  name: "tablert",
  description: 'tablert: TablERT JSON, a list of {"tokens": […], "tags": ["U-Loc", "O", …], "relations": […]}',
  keys: ["tokens", "tags", "relations"],
  detects: (probe) =>
    someRecord(probe, ({ tokens, tags }) => isStrings(tokens) && isStrings(tags) && tags.every(isTag)),
  uses: [],
  read: lateReader(async () => (await import("./read.ts")).readTablert),
  writer: tablertWriter,
};
