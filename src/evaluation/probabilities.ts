/** Probabilities of one row of logits. */
export function softmax(logits: Float32Array): Float32Array {
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const exponentials = logits.map((logit) => Math.exp(logit - highest));
  const total = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / total);
}

/** Probability of one independent label. */
export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** −log of the probability of `label`, in nats. */
export function crossEntropyOf(logits: Float32Array, label: number): number {
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return highest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0)) - logits[label]!;
}

/** Mean over all labels of the binary cross entropy of each, in nats; `labels` are the ids that hold. */
export function binaryCrossEntropyOf(logits: Float32Array, labels: readonly number[]): number {
  let sum = 0;
  for (const [id, logit] of logits.entries()) {
    const softplus = Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit)));
    sum += labels.includes(id) ? softplus - logit : softplus;
  }
  return sum / logits.length;
}
