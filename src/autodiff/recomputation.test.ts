import { expect, test } from "vitest";
import { add, backward, gelu, input, linear, mul, reduceSum, reshape, type Segment, type Tensor } from "./index.ts";
import { topologicalOrder } from "./topological-order.ts";

const x = input("x", ["batch", 4]);
const weights = ["a", "b", "c"].map((name) => input(name, [4, 4]));

/** Three layers, each gelu of a product, with their gradients. */
function network(segmentsOf: (layers: { input: Tensor; wide: Tensor; output: Tensor }[]) => Segment[]): {
  gradients: Tensor[];
  outputs: Tensor[];
} {
  let states = x;
  const layers = weights.map((weight) => {
    const entering = states;
    const wide = linear(entering, weight);
    states = reshape(reshape(gelu(wide), ["batch", 2, 2]), ["batch", 4]);
    return { input: entering, wide, output: states };
  });
  const loss = reduceSum(mul(states, add(states, states)));
  const gradients = backward(loss, weights, segmentsOf(layers)) as Tensor[];
  return { gradients, outputs: layers.map(({ output }) => output) };
}

const count = (tensors: readonly Tensor[], op: string): number =>
  topologicalOrder(tensors).filter((node) => node.op.onnx === op).length;

const reads = (gradients: readonly Tensor[], value: Tensor): boolean =>
  topologicalOrder(gradients, new Set()).some(({ inputs }) => inputs.includes(value));

test("without segments nothing is computed twice", () => {
  expect(count(network(() => []).gradients, "Gelu")).toBe(3);
});

test("a layer whose output is kept is computed again from its input, once", () => {
  const { gradients, outputs } = network((layers) =>
    layers.slice(0, 2).map(({ input: entering, output }) => ({ input: entering, output, keepsOutput: true })),
  );
  // Read by the second layer, by the second layer computed again, and by the gradient of its weight: what was kept of the
  // first, not the first computed again.
  const readers = topologicalOrder(gradients).filter(({ inputs }) => inputs.includes(outputs[0]!));
  expect(readers.length).toBe(3);
  // Two products of the forward pass once more; of GELU, gradients read only what goes in.
  const products = (some: readonly Tensor[]): number => count(some, "FusedMatMul") + count(some, "Gemm");
  expect(products(gradients)).toBe(products(network(() => []).gradients) + 2);
  expect(count(gradients, "Gelu")).toBe(3);
});

test("of an output that is not kept, gradients read another copy, behind a reshape too", () => {
  const { gradients } = network((layers) =>
    layers.map(({ wide, output }) => ({ input: wide, output, keepsOutput: false })),
  );
  expect(count(gradients, "Gelu")).toBe(6);
  const cut = network((layers) =>
    layers.map(({ wide, output }) => {
      const before = topologicalOrder([output], new Set([wide])).find((node) => node.op.onnx === "Gelu")!.outputs[0]!;
      return { input: wide, output: before, keepsOutput: false };
    }),
  );
  expect(count(cut.gradients, "Gelu")).toBe(6);
  // The first two outputs are read by the products that come next, and by nothing else.
  for (const output of cut.outputs.slice(0, 2)) {
    const readers = topologicalOrder(cut.gradients).filter(({ inputs }) => inputs.includes(output));
    expect(readers.map((node) => node.op.onnx)).toEqual(["Gemm"]);
  }
  expect(reads(cut.gradients, x)).toBe(true);
});
