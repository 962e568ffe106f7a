/**
 * Computes weights of labels from how often each occurs: scikit-learn's `balanced`, `total / (labels * count)`, or its
 * square root; 0 for a label that never occurs. Returns undefined for `none`.
 */
export function classWeights(
  kind: "none" | "balanced" | "sqrt",
  counts: readonly number[],
): readonly number[] | undefined {
  if (kind === "none") return undefined;
  const total = counts.reduce((a, b) => a + b, 0);
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => {
    const balanced = count === 0 ? 0 : total / (present * count);
    return kind === "sqrt" ? Math.sqrt(balanced) : balanced;
  });
}
