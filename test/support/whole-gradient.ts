import { elementCount, type ParameterSpec } from "../../src/nn/parameters.ts";
import type { Gradients } from "../../src/training/gradients.ts";

/** The gradient of a parameter with all its zeros, as torch has it; undefined where it has none. */
export function wholeGradient({ dense, tables }: Gradients, { name, shape }: ParameterSpec): Float32Array | undefined {
  const ofRows = tables.get(name);
  if (!ofRows) return dense.get(name);
  const whole = new Float32Array(elementCount(shape));
  const width = shape[1]!;
  for (const [i, row] of ofRows.rows.entries())
    whole.set(ofRows.values.subarray(i * width, (i + 1) * width), row * width);
  return whole;
}
