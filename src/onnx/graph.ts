import type { Tensor } from "../autodiff/tensor.ts";

/** A computation to lower: what is fed and what is fetched, by name. Outputs are written to the file in this order. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: ReadonlyMap<string, Tensor>;
}
