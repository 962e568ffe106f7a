/**
 * A size of an axis. Sizes known when a graph is built are numbers; sizes known only when it runs are words: `batch`,
 * `words`, `entities`, `mention`, `pairs` (docs/architecture.md lists them). Sums and products of words are words too,
 * in one canonical spelling, so that two shapes are equal exactly when they are spelled alike.
 */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** The length of axes joined end to end: `words+entities`. The order of the parts is kept. */
export function sum(dims: readonly Dim[]): Dim {
  if (dims.every((dim) => typeof dim === "number")) return dims.reduce((a, b) => a + b, 0);
  return dims.join("+");
}

/** The number of elements of a tensor with these sizes: `4*batch*words`. */
export function product(dims: readonly Dim[]): Dim {
  let factor = 1;
  const words: string[] = [];
  for (const dim of dims) {
    if (typeof dim === "number") factor *= dim;
    else if (isSum(dim)) words.push(`(${dim})`);
    else {
      for (const part of splitProduct(dim)) {
        if (/^\d+$/.test(part)) factor *= Number(part);
        else words.push(part);
      }
    }
  }
  if (words.length === 0 || factor === 0) return factor;
  words.sort();
  const joined = words.join("*");
  return factor === 1 ? unwrap(joined) : `${factor}*${joined}`;
}

/** Whether a size is a sum, and no product that has one among its factors. */
const isSum = (dim: string): boolean => dim.replaceAll(/\([^)]*\)/g, "").includes("+");

/** The factors of a product; sums are left whole. */
export function splitProduct(dim: string): string[] {
  return dim.match(/\([^)]*\)|[^*]+/g) ?? [];
}

/** Removes the parentheses of a sum that stands alone: `(words+entities)` becomes `words+entities`. */
export const unwrap = (dim: string): string => (/^\([^()]*\)$/.test(dim) ? dim.slice(1, -1) : dim);

/** Replaces some words of a size by numbers: `batch*words` with 16 words is `16*batch`. */
export function withSizes(dim: Dim, sizes: ReadonlyMap<string, number>): Dim {
  if (typeof dim === "number") return dim;
  const factors = splitProduct(dim);
  if (factors.length > 1) return product(factors.map((factor) => withSizes(unwrap(factor), sizes)));
  const terms = dim.split("+");
  if (terms.length > 1) return sum(terms.map((term) => withSizes(term, sizes)));
  return sizes.get(dim) ?? (/^\d+$/.test(dim) ? Number(dim) : dim);
}

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((dim, i) => dim === b[i]);

export const formatShape = (shape: Shape): string => `[${shape.join(", ")}]`;

/**
 * The broadcast shape of two operands by NumPy's rule: axes are aligned at the end, and a size of 1 stretches.
 * @throws if two sizes differ and neither is 1.
 */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new Error(`${op}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: ${left} is not ${right}`);
  });
}
