import type { AnnotationFormat } from "../format.ts";
import { readOpenNre } from "./read.ts";
import { opennreWriter } from "./write.ts";

/** OpenNRE (Han et al. 2019), also Wiki80, NYT10, KnowPrompt: JSON Lines, an example with a head `h` and a tail `t` on each. */
export const opennre: AnnotationFormat = {
  name: "opennre",
  description: 'opennre: OpenNRE JSON Lines {"token": […] or "text": …, "h": {"name", "pos"}, "t": {…}, "relation": …}',
  detects: (head) =>
    /"h"\s*:\s*\{/.test(head) &&
    /"t"\s*:\s*\{/.test(head) &&
    /"pos"\s*:\s*\[/.test(head) &&
    /"(?:token|text)"\s*:/.test(head),
  read: readOpenNre,
  writer: opennreWriter,
};
