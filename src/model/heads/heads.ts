import { entityHead } from "./entity-head.ts";
import type { Head } from "./head.ts";
import { pairHead, pairHeads } from "./pair-head.ts";
import { spanHead } from "./span-head.ts";

/** All heads, in the order in which a checkpoint is matched against them. */
export const heads: readonly Head[] = [pairHead, entityHead, spanHead];

const modules: ReadonlySet<string> = new Set(
  [...heads, ...Object.values(pairHeads)]
    .flatMap((head) => head.parameters({ hiddenSize: 1, hiddenDropoutProb: 0 }, 1))
    .map(({ name }) => moduleOf(name)),
);

function moduleOf(tensor: string): string {
  return tensor.slice(0, tensor.indexOf("."));
}

/** Whether a tensor of a file is a weight of a head rather than of an encoder. */
export const isHeadTensor = (name: string): boolean => modules.has(moduleOf(name));
