import { formatShape, type Shape } from "../dims.ts";
import { apply } from "../apply.ts";
import { constant, type Op, type Tensor } from "../tensor.ts";
import { mul, sub } from "./elementwise.ts";
import { reduceMean } from "./reduce.ts";

/** `epsilon` is added to the variance; the axis is the last one. */
type Epsilon = { readonly axis: -1; readonly epsilon: { readonly float: number } };

const perRow = (shape: Shape): Shape => [...shape.slice(0, -1), 1];

/**
 * y = g ⊙ n + b with n = (x − μ)·r, r = 1/√(σ² + ε) over the last axis, σ² the biased variance (Ba et al., 2016).
 * With q = dy ⊙ g:  dx = r ⊙ (q − mean q − n ⊙ mean(q ⊙ n)),  dg = Σ rows dy ⊙ n,  db = Σ rows dy.
 */
const layerNormalizationOp: Op<readonly [x: Tensor, gain: Tensor, bias: Tensor], Epsilon> = {
  name: "layerNormalization",
  onnx: "LayerNormalization",
  infer: ([x, gain, bias]) => {
    const width = x.shape.at(-1);
    if (gain.shape.length !== 1 || gain.shape[0] !== width || bias.shape.length !== 1 || bias.shape[0] !== width) {
      throw new Error(
        `layerNormalization: gain ${formatShape(gain.shape)}, bias ${formatShape(bias.shape)} for x ${formatShape(x.shape)}`,
      );
    }
    const statistics = { shape: perRow(x.shape), dtype: x.dtype };
    return [{ shape: x.shape, dtype: x.dtype }, statistics, statistics];
  },
  gradient: ({ dy, inputs: [x, gain], outputs: [, mean, inverseDeviation] }) => {
    const normalized = mul(sub(x, mean!), inverseDeviation!);
    const q = mul(dy, gain);
    const centred = sub(sub(q, reduceMean(q, [-1], true)), mul(normalized, reduceMean(mul(q, normalized), [-1], true)));
    return [mul(inverseDeviation!, centred), mul(dy, normalized), dy];
  },
};

/** x [..., hidden] normalized over its last axis, then scaled and shifted. */
export const layerNormalization = (x: Tensor, gain: Tensor, bias: Tensor, epsilon: number): Tensor =>
  apply(layerNormalizationOp, [x, gain, bias], { axis: -1, epsilon: { float: epsilon } })[0]!;

/**
 * n = (x − μ)·r, r = 1/√(σ² + ε) over the last axis;  dx = r ⊙ (dn − mean dn − n ⊙ mean(dn ⊙ n)): x need not be kept.
 */
const standardizeOp: Op<readonly [x: Tensor, ones: Tensor, zeros: Tensor], Epsilon> = {
  name: "standardize",
  onnx: "LayerNormalization",
  infer: ([x]) => {
    const statistics = { shape: perRow(x.shape), dtype: x.dtype };
    return [{ shape: x.shape, dtype: x.dtype }, statistics, statistics];
  },
  gradient: ({ dy, outputs: [n, , inverseDeviation] }) => {
    const centred = sub(sub(dy, reduceMean(dy, [-1], true)), mul(n!, reduceMean(mul(dy, n!), [-1], true)));
    return [mul(inverseDeviation!, centred), null, null];
  },
};

/** x [..., hidden] with mean 0 and variance 1 over its last axis: layerNormalization without gain and bias. */
export function standardize(x: Tensor, epsilon: number): Tensor {
  const width = x.shape.at(-1);
  if (typeof width !== "number") throw new Error(`standardize: the last axis of ${formatShape(x.shape)} has no size`);
  const filled = (value: number): Tensor =>
    constant(
      Array.from({ length: width }, () => value),
      [width],
    );
  return apply(standardizeOp, [x, filled(1), filled(0)], { axis: -1, epsilon: { float: epsilon } })[0]!;
}
