import { expect, test } from "vitest";
import { lower } from "../onnx/lower.ts";
import { apply1 } from "./apply.ts";
import {
  backward,
  concat,
  constant,
  expand,
  input,
  linear,
  matMul,
  mul,
  reduceSum,
  reshape,
  scalar,
  split,
  tanh,
} from "./index.ts";
import { formatGraph } from "./print.ts";
import type { Op, Tensor } from "./tensor.ts";

const x = input("x", ["batch", "words", 4]);
const w = input("w", [3, 4]);
const b = input("b", [3]);
const logits = linear(reshape(tanh(x), ["batch*words", 4]), w, b);

test("a graph is a line per input, node and output, with shapes, types, attributes, constants and sizes", () => {
  const [left, right] = split(logits, 1, [1, 2]);
  const joined = concat([right!, mul(left!, scalar(0.5))], 1);
  const table = constant([1, 2, 3, 4, 5, 6], [6]);
  const outputs = new Map([
    ["logits", logits],
    ["joined", joined],
    ["table", table],
    ["same", logits],
  ]);
  expect(formatGraph({ name: "example", inputs: [x, w, b], outputs })).toBe(
    `graph example: 3 inputs, 6 nodes, 4 outputs
input x float32 [batch, words, 4]
input w float32 [3, 4]
input b float32 [3]
Tanh.0(x) → float32 [batch, words, 4]
Reshape.1(Tanh.0, [batch*words, 4]) → float32 [batch*words, 4]
Gemm.2(Reshape.1, w, b) transB=1 → logits float32 [batch*words, 3]
Split.3(logits, [1, 2]) axis=1 → float32 [batch*words, 1], Split.3:1 float32 [batch*words, 2]
Mul.4(Split.3, 0.5) → float32 [batch*words, 1]
Concat.5(Split.3:1, Mul.4) axis=1 → joined float32 [batch*words, 3]
output table is [1, 2, …, 6] float32 [6]
output same is logits float32 [batch*words, 3]`,
  );
});

test("an op that cannot be applied names its operands, and the nodes that make them", () => {
  expect(() => matMul(logits, w, { transB: true, alpha: 2 })).toThrow(
    `matMul: inner sizes differ: [batch*words, 3] · [3, 4]ᵀ
  in scaledMatMul(Gemm.2, w) transA=0 transB=1 alpha=2
  of Gemm.2(Reshape.1, w, b) transB=1 → float32 [batch*words, 3]
  of w float32 [3, 4]`,
  );
});

test("a gradient rule that fails names the op and its operands", () => {
  const broken: Op<readonly [x: Tensor]> = {
    name: "tanh",
    onnx: "Tanh",
    infer: ([x]) => [x],
    gradient: ({ dy }) => [concat([dy, dy], 0)],
  };
  expect(() => backward(reduceSum(apply1(broken, [w])), [w])).toThrow(
    /^backward: tanh: reshape: \[6, 4\] and \[3, 4\] differ in size[^]*in the gradient of\n {2}in tanh\(w\)\n {2}of w float32 \[3, 4\]$/,
  );
});

test("lowering names the node that reads an input which the graph does not list, or a size which no input has", () => {
  const outputs = new Map([["logits", logits]]);
  expect(() => lower({ name: "example", inputs: [x, w], outputs })).toThrow(
    `example: lower: input "b" [3] float32 is not among the graph's inputs
  in Gemm.2(Reshape.1, w, b) transB=1 → logits float32 [batch*words, 3]
  of Reshape.1(Tanh.0, [batch*words, 4]) → float32 [batch*words, 4]
  of w float32 [3, 4]
  of b float32 [3]`,
  );
  const y = input("y", [1]);
  const stretched = expand(y, ["rows"]);
  expect(() => lower({ name: "example", inputs: [y], outputs: new Map([["z", stretched]]) })).toThrow(
    /example: no graph input has an axis "rows"[^]*in Expand\.0\(y, \[rows\]\) → z float32 \[rows\]/,
  );
});
