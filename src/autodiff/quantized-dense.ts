import { add, mul } from "./ops/elementwise.ts";
import { cast } from "./ops/cast.ts";
import { dynamicQuantizeLinear, matMulInteger, type QuantizedActivation } from "./ops/quantization.ts";
import type { Reapply } from "./rebuild.ts";
import { apply } from "./apply.ts";
import type { Tensor } from "./tensor.ts";

/** The quantized weight of a dense layer: w [out, in] ≈ scales · (values − zeroPoint)ᵀ. */
export interface QuantizedWeight {
  /** int8 or uint8 [in, out] */
  readonly values: Tensor;
  /** of the type of the values, [] */
  readonly zeroPoint: Tensor;
  /** float32 [out] */
  readonly scales: Tensor;
}

/**
 * A `reapply` for `rebuild`: dense layers whose weight is among these multiply integers (W8A8). The input of a layer is
 * quantized when the graph runs, once for all layers that read it (ONNX Runtime merges equal reshapes of it, too); bias
 * and result are float32, and every other op stays as it is.
 *
 *     y = x·wᵀ + b ≈ scale(x) · scales ⊙ ((x̂ − zeroPoint(x)) · (values − zeroPoint)) + b
 *
 * ONNX Runtime fuses these ops of the ONNX standard, in this order, into one kernel of its own (MatMulIntegerToFloat).
 */
export function quantizedDense(weights: ReadonlyMap<Tensor, QuantizedWeight>): Reapply {
  const activations = new Map<Tensor, QuantizedActivation>();
  const quantized = (x: Tensor): QuantizedActivation => {
    const made = activations.get(x) ?? dynamicQuantizeLinear(x);
    activations.set(x, made);
    return made;
  };
  return ({ op, attributes, inputs: [, former] }, inputs) => {
    const weight = op.name === "linear" ? weights.get(former!) : undefined;
    if (!weight) return apply(op, inputs, attributes);
    const [x, , bias] = inputs as [Tensor, Tensor, Tensor?];
    const { values, scale, zeroPoint } = quantized(x);
    const product = cast(matMulInteger(values, weight.values, zeroPoint, weight.zeroPoint), "float32");
    const y = mul(product, mul(scale, weight.scales));
    return [bias ? add(y, bias) : y];
  };
}
