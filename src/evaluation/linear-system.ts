/** The solution of a system with a positive definite matrix, by Gaussian elimination, which needs no pivots then. The matrix is changed. */
export function solved(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const count = right.length;
  const values = Float64Array.from(right);
  for (let i = 0; i < count; i++) {
    for (let row = i + 1; row < count; row++) {
      const factor = matrix[row]![i]! / matrix[i]![i]!;
      if (factor === 0) continue;
      for (let column = i; column < count; column++) matrix[row]![column]! -= factor * matrix[i]![column]!;
      values[row]! -= factor * values[i]!;
    }
  }
  for (let i = count - 1; i >= 0; i--) {
    for (let column = i + 1; column < count; column++) values[i]! -= matrix[i]![column]! * values[column]!;
    values[i]! /= matrix[i]![i]!;
  }
  return values;
}
