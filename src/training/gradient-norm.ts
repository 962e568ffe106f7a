import { arraysOf, type Gradients } from "./gradients.ts";

/** The Euclidean length of all gradients taken as one vector. */
export const gradientNorm = (gradients: Gradients): number =>
  Math.sqrt(arraysOf(gradients).reduce((sum, gradient) => sum + sumOfSquares(gradient), 0));

/** Four sums side by side: one alone would wait for each addition to end before the next. */
function sumOfSquares(values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const end = values.length - (values.length % 4);
  for (let i = 0; i < end; i += 4) {
    a += values[i]! * values[i]!;
    b += values[i + 1]! * values[i + 1]!;
    c += values[i + 2]! * values[i + 2]!;
    d += values[i + 3]! * values[i + 3]!;
  }
  for (let i = end; i < values.length; i++) a += values[i]! * values[i]!;
  return a + b + c + d;
}

/** The factor that brings a norm down to `maxNorm`; 1 below it, or when `maxNorm` is 0 (`torch.nn.utils.clip_grad_norm_`). */
export const clipScale = (norm: number, maxNorm: number): number =>
  maxNorm === 0 ? 1 : Math.min(1, maxNorm / (norm + 1e-6));
