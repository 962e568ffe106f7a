import {
  add,
  cast,
  constant,
  equal,
  gather,
  matMul,
  mul,
  reduceSum,
  reshape,
  scalar,
  sub,
  type Tensor,
} from "../autodiff/index.ts";
import { product } from "../autodiff/dims.ts";

/** Rows of the table of words that an adapter has in the place of its base's, as PEFT's `trainable_token_indices`. */
export interface TokenRows {
  /** The name of the table. */
  readonly table: string;
  /** The ids of the tokens, in the order of the rows. */
  readonly ids: readonly number[];
  /** Rows of the base's table. Ids from there on have a row in the adapter alone. */
  readonly baseRows: number;
}

const suffix = "token_adapter.trainable_tokens_delta";

/** The name of the rows of a table, as PEFT has it. They are the values themselves, whatever its name says. */
export const tokenRowsName = (table: string): string => table.replace(/weight$/, suffix);

/** Whether it is the name of such rows. */
export const isTokenRowsName = (name: string): boolean => name.endsWith(`.${suffix}`);

/**
 * Reads rows of a table [rows, hidden] at indices, and those of `own` [tokens, hidden] for the ids that it has. The own rows are
 * taken by a product with 0 and 1, which is exact, and whose gradient is as small as they are.
 */
export function gatherWithOwn(table: Tensor, own: Tensor, indices: Tensor, { ids, baseRows }: TokenRows): Tensor {
  const count = product(indices.shape);
  const asked = reshape(indices, [count, 1]);
  const places = cast(equal(asked, constant(ids, [1, ids.length], indices.dtype)), "float32");
  const isOther = sub(scalar(1), reduceSum(places, [1], true));
  // Row 0 stands for an id that the base has no row for; it counts for nothing.
  const isBeyond = ids.some((id) => id >= baseRows);
  const known = isBeyond ? mul(asked, cast(isOther, indices.dtype)) : asked;
  const rows = mul(gather(table, reshape(known, [count])), isOther);
  return reshape(add(rows, matMul(places, own)), [...indices.shape, table.shape[1]!]);
}
