import type { AnnotationFormat } from "../format.ts";
import { readFewRel } from "./read.ts";
import { fewrelWriter } from "./write.ts";

const openList = /^\uFEFF?\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\[\s*[{\]]/;

/** FewRel (Han et al. 2018): one JSON object, by relation the list of its examples, each a text in tokens with a head and a tail. */
export const fewrel: AnnotationFormat = {
  name: "fewrel",
  description: 'fewrel: FewRel JSON {"P931": [{"tokens": […], "h": [name, id, [[positions]]], "t": […]}, …], …}',
  detects: (head) => openList.test(head) && /"tokens"\s*:\s*\[/.test(head) && /"h"\s*:\s*\[\s*(?:"|null)/.test(head),
  read: readFewRel,
  writer: fewrelWriter,
};
