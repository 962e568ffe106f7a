/** The Euclidean length of all gradients taken as one vector. */
export function gradientNorm(gradients: Iterable<Float32Array>): number {
  let squares = 0;
  for (const gradient of gradients) for (let i = 0; i < gradient.length; i++) squares += gradient[i]! ** 2;
  return Math.sqrt(squares);
}

/** The factor that brings a norm down to `maxNorm`; 1 below it, or when `maxNorm` is 0 (`torch.nn.utils.clip_grad_norm_`). */
export const clipScale = (norm: number, maxNorm: number): number =>
  maxNorm === 0 ? 1 : Math.min(1, maxNorm / (norm + 1e-6));
