import type { Tensor } from "../../autodiff/index.ts";
import type { GivenInputs } from "../../nn/given-inputs.ts";
import type { GraphBuilder } from "../../nn/graph-builder.ts";
import { type Feeds, int32 } from "../../runtime/values.ts";
import type { Batch } from "../../tokenization/inputs/collate.ts";

/** Reads head and tail of every pair, [pairs, 2], as indexes into the flattened [batch*entities]. */
export const pairIndices = (builder: GraphBuilder): Tensor => builder.input("pairs", ["pairs", 2], "int32");

export const pairIndexFeeds = ({ pairs, pairCount }: Batch): Feeds =>
  new Map([["pairs", int32(pairs, [pairCount, 2])]]);

export const exportedPairs = (given: GivenInputs): ReadonlyMap<string, Tensor> =>
  new Map([["pairs", given.get("pairs")]]);
