import type { AnnotationFormat } from "../format.ts";
import { lateReader } from "../late-reader.ts";
import { opennreWriter } from "./write.ts";
import { isList, isObject, someRecord } from "../source/probe.ts";

const isArgument = (value: unknown): boolean => isObject(value) && isList(value["pos"]);

/**
 * OpenNRE (Han et al. 2019), also Wiki80, NYT10 and KnowPrompt: JSON Lines, each an example with a head `h` and a tail
 * `t`.
 */
export const opennre: AnnotationFormat = {
  name: "opennre",
  description: 'opennre: OpenNRE JSON Lines {"token": […] or "text": …, "h": {"name", "pos"}, "t": {…}, "relation": …}',
  keys: ["token", "h", "t", "relation"],
  detects: (probe) =>
    someRecord(
      probe,
      ({ h, t, token, text }) => [h, t].every(isArgument) && (isList(token) || typeof text === "string"),
    ),
  uses: ["offsetUnit"],
  read: lateReader(async () => (await import("./read.ts")).readOpenNre),
  writer: opennreWriter,
};
