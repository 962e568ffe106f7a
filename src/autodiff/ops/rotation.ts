import { apply1 } from "../apply.ts";
import { formatShape, sameShape } from "../dims.ts";
import type { Op, Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { add, mul, neg, sub } from "./elementwise.ts";
import { gather } from "./gather.ts";
import { concat, reshape, split } from "./shape.ts";

type Rotated = readonly [x: Tensor, positions: Tensor, cos: Tensor, sin: Tensor];

/**
 * Rotary position embedding (Su et al., RoFormer, 2021). Of the token at position p, the two halves x₁ and x₂ of a head are
 * coordinates of points that are turned by angles θ, whose cosines and sines are row p of two tables:
 *
 *     y₁ = x₁ cos θ − x₂ sin θ,  y₂ = x₂ cos θ + x₁ sin θ;  dx = dy turned by −θ
 */
export const rotateOp: Op<Rotated> = {
  name: "rotate",
  onnx: "RotaryEmbedding",
  domain: "com.microsoft",
  infer: ([x, positions, cos, sin]) => {
    const [batch, , tokens, size] = x.shape;
    const half = cos.shape[1];
    const isPlaced = sameShape(positions.shape, [batch!, tokens!]) && positions.dtype === "int64";
    if (
      x.shape.length !== 4 ||
      typeof half !== "number" ||
      size !== 2 * half ||
      !isPlaced ||
      !sameShape(cos.shape, sin.shape)
    )
      throw new Error(
        "rotate: expected x [batch, heads, n, size], int64 positions [batch, n], cos and sin [rows, size / 2]; got " +
          [x, positions, cos, sin].map(({ shape }) => formatShape(shape)).join(", "),
      );
    return [{ shape: x.shape, dtype: x.dtype }];
  },
  gradient: ({ dy, inputs: [, positions, cos, sin] }) => [rotate(dy, positions, cos, neg(sin)), null, null, null],
};

/**
 * Turns x [batch, heads, n, size] by the angles of its tokens' positions [batch, n], which are rows of `cos` and `sin`
 * [rows, size / 2].
 */
export const rotate = (x: Tensor, positions: Tensor, cos: Tensor, sin: Tensor): Tensor =>
  apply1(rotateOp, [x, cast(positions, "int64"), cos, sin]);

/** The same in ops of the ONNX standard. */
export function rotateInParts([x, positions, cos, sin]: Rotated): Tensor {
  const [batch, , tokens, size] = x.shape;
  const half = (size as number) / 2;
  const [first, second] = split(x, 3, [half, half]) as [Tensor, Tensor];
  const rowsOf = (table: Tensor): Tensor => reshape(gather(table, positions), [batch!, 1, tokens!, half]);
  const [c, s] = [rowsOf(cos), rowsOf(sin)];
  return concat([sub(mul(first, c), mul(second, s)), add(mul(second, c), mul(first, s))], 3);
}
