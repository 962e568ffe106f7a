import type { Dim } from "../autodiff/index.ts";
import { withSizes } from "../autodiff/dims.ts";
import type { Batch } from "../tokenization/collate.ts";

/** What the words in the shapes of a training graph count in a batch. */
export const batchSizes = ({ batch, words, entities, mention, pairCount }: Batch): ReadonlyMap<string, number> =>
  new Map(Object.entries({ batch, words, entities, mention, pairs: pairCount }));

/** `batch*(words+entities)` in numbers. */
export function countOf(dim: Dim, sizes: ReadonlyMap<string, number>): number {
  const count = withSizes(dim, sizes);
  if (typeof count === "number") return count;
  throw new Error(`internal: a value has an axis "${dim}" that no batch has`);
}
