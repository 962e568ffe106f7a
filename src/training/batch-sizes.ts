import type { Dim } from "../autodiff/index.ts";
import { withSizes } from "../autodiff/dims.ts";

/** Computes the number of a dimension such as `batch*(words+entities)` from a batch's sizes. */
export function countOf(dim: Dim, sizes: ReadonlyMap<string, number>): number {
  const count = withSizes(dim, sizes);
  if (typeof count === "number") return count;
  throw new Error(`internal: a value has an axis "${dim}" that no batch has`);
}
