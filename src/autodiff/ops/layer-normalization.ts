import { formatShape, type Shape } from "../dims.ts";
import { apply, type Op, type Tensor } from "../tensor.ts";
import { mul, sub } from "./elementwise.ts";
import { reduceMean } from "./reduce.ts";

const perRow = (shape: Shape): Shape => [...shape.slice(0, -1), 1];

/**
 * y = g ⊙ n + b with n = (x − μ)·r, r = 1/√(σ² + ε) over the last axis, σ² the biased variance (Ba et al., 2016).
 * With q = dy ⊙ g:  dx = r ⊙ (q − mean q − n ⊙ mean(q ⊙ n)),  dg = Σ rows dy ⊙ n,  db = Σ rows dy.
 */
const layerNormalizationOp: Op<readonly [x: Tensor, gain: Tensor, bias: Tensor]> = {
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
