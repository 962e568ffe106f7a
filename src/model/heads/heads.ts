import { biaffineHead } from "./biaffine-head.ts";
import { entityHead } from "./entity-head.ts";
import { featureWidth, type Head, type HeadName, type StateSizes } from "./head.ts";
import { pairHead, pairHeads } from "./pair-head.ts";
import { spanHead } from "./span-head.ts";
import { tokenHead, withOwnNames } from "./token-head.ts";

/** All heads, in the order in which a checkpoint is matched against them. */
export const heads: readonly Head[] = [pairHead, entityHead, spanHead, tokenHead, biaffineHead];

/**
 * The heads of this architecture, or of any if it is undefined. An encoder for which `transformers` has no class with a head
 * has one architecture for all: of several heads the one is meant whose classifier is as wide as that of the file.
 * @param names the architecture of each head
 * @param width columns of `classifier.weight`, if the file has one
 */
export function headsOf(
  { architecture, width }: { readonly architecture: string | undefined; readonly width: number | undefined },
  names: (head: HeadName) => string,
  sizes: Pick<StateSizes, "hiddenSize" | "mentionSize">,
): readonly Head[] {
  // A head without states in a row is named by relata.json alone.
  const known = heads.filter(({ statesPerRow }) => statesPerRow > 0);
  const named = architecture === undefined ? known : known.filter(({ name }) => names(name) === architecture);
  return named.length < 2 ? named : named.filter((head) => featureWidth(head, sizes) === width);
}

const modules: ReadonlySet<string> = new Set(
  [...heads, withOwnNames(tokenHead), ...Object.values(pairHeads)]
    .flatMap((head) => head.parameters({ hiddenSize: 1, hiddenDropoutProb: 0 }, 1))
    .map(({ name }) => moduleOf(name)),
);

function moduleOf(tensor: string): string {
  return tensor.slice(0, tensor.indexOf("."));
}

/** Whether a tensor of a file is a weight of a head rather than of an encoder. */
export const isHeadTensor = (name: string): boolean => modules.has(moduleOf(name));
