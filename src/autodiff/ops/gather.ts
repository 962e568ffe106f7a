import { formatShape } from "../dims.ts";
import { apply1 } from "../apply.ts";
import type { Op, Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { reshape, zeros } from "./shape.ts";

/** y[i…] = table[indices[i…]];  dtable = zeros with dy added at the rows taken. [rows, n], [...] → [..., n] */
const gatherOp: Op<readonly [table: Tensor, indices: Tensor], { readonly axis: 0 }> = {
  name: "gather",
  onnx: "Gather",
  infer: ([table, indices]) => {
    if (indices.dtype === "float32")
      throw new Error(`gather: indices must be integers, got ${formatShape(indices.shape)} float32`);
    return [{ shape: [...indices.shape, ...table.shape.slice(1)], dtype: table.dtype }];
  },
  gradient: ({ dy, inputs: [table, indices] }) => [scatterAdd(table.shape, indices, dy), null],
};
export const gather = (table: Tensor, indices: Tensor): Tensor => apply1(gatherOp, [table, indices], { axis: 0 });

/** y = base with updates[i…] added at row indices[i…];  dbase = dy,  dupdates = dy taken at those rows. */
const scatterAddOp: Op<readonly [base: Tensor, indices: Tensor, updates: Tensor], { readonly reduction: "add" }> = {
  name: "scatterAdd",
  onnx: "ScatterND",
  infer: ([base]) => [{ shape: base.shape, dtype: base.dtype }],
  gradient: ({ dy, inputs: [, indices] }) => [dy, null, gather(dy, reshape(indices, indices.shape.slice(0, -1)))],
};

/** The rows of `updates` summed into a zero table of `shape`. ONNX Runtime wants int64 indices here. */
export function scatterAdd(shape: readonly (string | number)[], indices: Tensor, updates: Tensor): Tensor {
  const rows = cast(indices, "int64");
  return apply1(scatterAddOp, [zeros(shape), reshape(rows, [...rows.shape, 1]), updates], { reduction: "add" });
}
