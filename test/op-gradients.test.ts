// Every op against central differences, at graph optimization level disabled and all. A new op is tested by adding a row;
// an op of src/autodiff/op-names.ts that no row reaches fails a test of its own.
import { expect, test } from "vitest";
import * as ops from "../src/autodiff/index.ts";
import type { Tensor } from "../src/autodiff/index.ts";
import { opNames } from "../src/autodiff/op-names.ts";
import { rebuild } from "../src/autodiff/rebuild.ts";
import { standardOps } from "../src/autodiff/standard-ops.ts";
import { topologicalOrder } from "../src/autodiff/topological-order.ts";
import { focalBceWithLogits, focalCrossEntropy } from "../src/nn/losses.ts";
import { random } from "../src/random.ts";
import type { TensorValue } from "../src/runtime/session.ts";
import { compile } from "./support/run-graph.ts";

interface Operand {
  shape: (string | number)[];
  /** Values of the words in `shape`. */
  sizes?: Record<string, number>;
  /** Integer operands count rows of a table of this size. */
  rows?: number;
  /** Keeps values away from 0, for division. */
  positive?: boolean;
}
interface Case {
  name: string;
  operands: Operand[];
  build: (...tensors: Tensor[]) => Tensor;
}

const sizes = { batch: 2, words: 3, entities: 2 };
const x = (...shape: (string | number)[]): Operand => ({ shape });
const ids = (rows: number, ...shape: (string | number)[]): Operand => ({ shape, rows });
const positive = (...shape: (string | number)[]): Operand => ({ shape, positive: true });

const unary: [string, (x: Tensor) => Tensor][] = [
  ["neg", ops.neg],
  ["exp", ops.exp],
  ["tanh", ops.tanh],
  ["erf", ops.erf],
  ["sigmoid", ops.sigmoid],
  ["softplus", ops.softplus],
  ["gelu", ops.gelu],
  ["softmax", ops.softmax],
  ["logSoftmax", ops.logSoftmax],
];
const binary: [string, (a: Tensor, b: Tensor) => Tensor][] = [
  ["add", ops.add],
  ["sub", ops.sub],
  ["mul", ops.mul],
  ["div", ops.div],
];

const cases: Case[] = [
  ...unary.flatMap(([name, op]) =>
    [x("batch", "words", 4), x(1, 1), x(3, 1), x("batch", 5)].map((operand) => ({
      name: `${name} [${operand.shape.join(", ")}]`,
      operands: [operand],
      build: op,
    })),
  ),
  { name: "log", operands: [positive("batch", 5)], build: ops.log },
  { name: "sqrt", operands: [positive("batch", 5)], build: ops.sqrt },
  ...binary.flatMap(([name, op]) =>
    (
      [
        [
          ["batch", "words", 4],
          ["batch", "words", 4],
        ],
        [["batch", "words", 4], [4]],
        [
          ["batch", 3, "words"],
          ["batch", 1, "words"],
        ],
        [
          ["batch", 1, 4],
          ["batch", "words", 1],
        ],
        [["words", 4], []],
        [[4], ["batch", "words", 4]],
        [[1], [1]],
      ] as (string | number)[][][]
    ).map(([a, b]) => ({
      name: `${name} [${a!.join(", ")}] [${b!.join(", ")}]`,
      operands: [x(...a!), positive(...b!)],
      build: op,
    })),
  ),
  ...[false, true].flatMap((transA) =>
    [false, true].flatMap((transB) =>
      [1, 0.5].flatMap((alpha) => [
        {
          name: `matMul transA ${transA} transB ${transB} alpha ${alpha}`,
          operands: [transA ? x(4, "words") : x("words", 4), transB ? x(5, 4) : x(4, 5)],
          build: (a: Tensor, b: Tensor) => ops.matMul(a, b, { transA, transB, alpha }),
        },
        {
          name: `batched matMul transA ${transA} transB ${transB} alpha ${alpha}`,
          operands: [
            transA ? x("batch", 2, 4, "words") : x("batch", 2, "words", 4),
            transB ? x("batch", 2, "entities", 4) : x("batch", 2, 4, "entities"),
          ],
          build: (a: Tensor, b: Tensor) => ops.matMul(a, b, { transA, transB, alpha }),
        },
      ]),
    ),
  ),
  { name: "matMul broadcast batch", operands: [x("batch", "words", 4), x(4, 3)], build: (a, b) => ops.matMul(a, b) },
  { name: "matMul inner size 1", operands: [x(3, 1), x(1, 2)], build: (a, b) => ops.matMul(a, b) },
  { name: "linear", operands: [x("words", 4), x(5, 4), x(5)], build: (a, w, b) => ops.linear(a, w, b) },
  { name: "linear one row", operands: [x(1, 4), x(1, 4), x(1)], build: (a, w, b) => ops.linear(a, w, b) },
  { name: "linear without bias", operands: [x("words", 4), x(5, 4)], build: (a, w) => ops.linear(a, w) },
  ...[[4], [1, 4], ["batch", "words", 4]].map((shape) => ({
    name: `layerNormalization [${shape.join(", ")}]`,
    operands: [x(...shape), x(4), x(4)],
    build: (a: Tensor, g: Tensor, b: Tensor) => ops.layerNormalization(a, g, b, 1e-5),
  })),
  ...[[4], ["batch", "words", 4]].map((shape) => ({
    name: `standardize [${shape.join(", ")}]`,
    operands: [x(...shape)],
    build: (a: Tensor) => ops.standardize(a, 1e-5),
  })),
  { name: "reduceSum all", operands: [x("batch", "words", 2)], build: (a) => ops.reduceSum(a) },
  { name: "reduceSum middle", operands: [x("batch", "words", 2)], build: (a) => ops.reduceSum(a, [1]) },
  { name: "reduceSum keepdims", operands: [x("batch", "words", 2)], build: (a) => ops.reduceSum(a, [0, 2], true) },
  { name: "reduceMean last", operands: [x("batch", "words", 4)], build: (a) => ops.reduceMean(a, [-1]) },
  { name: "reduceMean keepdims", operands: [x("batch", 3, 4)], build: (a) => ops.reduceMean(a, [1, 2], true) },
  { name: "cumSum middle", operands: [x("batch", "words", 2)], build: (a) => ops.cumSum(a, 1) },
  { name: "cumSum reversed", operands: [x("batch", "words", 2)], build: (a) => ops.cumSum(a, 0, true) },
  { name: "sumRows", operands: [x("batch", "words", 4)], build: (a) => ops.sumRows(a) },
  { name: "sumRows one row", operands: [x(1, 4)], build: (a) => ops.sumRows(a) },
  { name: "reshape", operands: [x("batch", "words", 4)], build: (a) => ops.reshape(a, ["batch*words", 2, 2]) },
  { name: "reshape heads", operands: [x("batch*words", 4)], build: (a) => ops.reshape(a, ["batch*words", 1, 4]) },
  {
    name: "expand",
    operands: [x("batch", 1, 4), x("words")],
    build: (a, b) => ops.mul(ops.expand(a, ["batch", "words", 4]), ops.reshape(b, ["words", 1])),
  },
  { name: "transpose", operands: [x("batch", "words", 4)], build: (a) => ops.transpose(a, [2, 0, 1]) },
  {
    name: "concat",
    operands: [x("batch", "words", 4), x("batch", "entities", 4)],
    build: (a, b) => ops.concat([a, b], 1),
  },
  { name: "concat three", operands: [x(2, 1), x(2, 3), x(2, 2)], build: (...parts) => ops.concat(parts, 1) },
  {
    name: "split, both parts used",
    operands: [x("batch", "words", 4), x("batch", "entities", 4)],
    build: (a, b) => {
      const [first, second] = ops.split(ops.exp(ops.concat([a, b], 1)), 1, ["words", "entities"]);
      return ops.concat([second!, ops.neg(first!)], 1);
    },
  },
  {
    name: "split, one part used",
    operands: [x("batch", "words", 4), x("batch", "entities", 4)],
    build: (a, b) => ops.split(ops.exp(ops.concat([a, b], 1)), 1, ["words", "entities"])[1]!,
  },
  { name: "gather", operands: [x(6, 4), ids(6, "batch", "words")], build: (t, i) => ops.gather(t, i) },
  { name: "gather one row", operands: [x(1, 4), ids(1, "words")], build: (t, i) => ops.gather(t, i) },
  { name: "gather the same row often", operands: [x(2, 3), ids(2, "batch", 5)], build: (t, i) => ops.gather(t, i) },
  ...[
    { form: "its own op", rotate: ops.rotate },
    {
      form: "ops of the standard",
      rotate: (...all: Parameters<typeof ops.rotate>) => rebuild(ops.rotate(...all), new Map(), standardOps),
    },
  ].map(({ form, rotate }) => ({
    name: `rotate as ${form}`,
    operands: [x("batch", 2, "words", 4), ids(5, "batch", "words")],
    build: (a: Tensor, positions: Tensor) => {
      const angles = Array.from({ length: 10 }, (_, i) => i / 3);
      const table = (of: (angle: number) => number): Tensor => ops.constant(angles.map(of), [5, 2]);
      return rotate(a, positions, table(Math.cos), table(Math.sin));
    },
  })),
  // Losses that are made of ops, by what their gradient must hold for: soft targets, and answers near certainty.
  { name: "focal loss", operands: [x("words", 4), x("words", 4)], build: (z, t) => focalCrossEntropy(z, t, 2) },
  {
    name: "focal loss of several labels",
    operands: [x("words", 4), x("words", 4), x("words", 4)],
    build: (z, t, w) => focalBceWithLogits(z, t, w, 2),
  },
  { name: "scatterAdd", operands: [ids(5, "words"), x("words", 3)], build: (i, u) => ops.scatterAdd([5, 3], i, u) },
];

test("every op that has a gradient is reached by a row", () => {
  const reached = new Set(
    cases.flatMap(({ operands, build }) => {
      const output = build(...operands.map(({ shape, rows }, i) => inputOf(i, shape, rows)));
      return topologicalOrder([output]).map(({ op }) => op.name);
    }),
  );
  expect(opNames.filter((name) => !reached.has(name))).toEqual([]);
});

const inputOf = (i: number, shape: Operand["shape"], rows: number | undefined): Tensor =>
  ops.input(`x${i}`, shape, rows === undefined ? "float32" : "int32");

test("softplus neither overflows nor loses small values to large ones", async () => {
  const x = ops.input("x", [6]);
  const session = await compile([x], { y: ops.softplus(x) });
  const data = Float32Array.of(-1000, -100, -10, 10, 100, 1000);
  const y = (await session.run(new Map([["x", { dtype: "float32", dims: [6], data }]]))).get("y")!;
  await session.dispose();
  const exact = [0, 0, Math.log1p(Math.exp(-10)), 10 + Math.log1p(Math.exp(-10)), 100, 1000];
  for (const [i, value] of exact.entries()) expect(Math.abs(Number(y.data[i]) - value)).toBeLessThan(1e-6);
});

function valuesOf(operand: Operand, dims: number[], key: string): TensorValue {
  const stream = random("op-gradients", key);
  const count = dims.reduce((a, b) => a * b, 1);
  if (operand.rows !== undefined) {
    return { dtype: "int32", dims, data: Int32Array.from({ length: count }, () => stream.below(operand.rows!)) };
  }
  const draw = (): number => (operand.positive ? 0.5 + stream.next() : 2 * stream.next() - 1);
  return { dtype: "float32", dims, data: Float32Array.from({ length: count }, draw) };
}

const resolve = (shape: readonly (string | number)[], of: Record<string, number>): number[] =>
  shape.map((dim) => (typeof dim === "number" ? dim : dim.split("*").reduce((n, word) => n * of[word]!, 1)));

async function check(
  { operands, build }: Case,
  name: string,
  level: "disabled" | "all",
  of: Record<string, number>,
): Promise<void> {
  // Words that only a composite dim mentions still need an input that carries them.
  const witness = ops.input("witness", ["batch", "words", "entities"]);
  const tensors = operands.map(({ shape, rows }, i) => inputOf(i, shape, rows));
  const output = build(...tensors);
  const weights = ops.input("weights", output.shape);
  const targets = tensors.filter((tensor) => tensor.dtype === "float32");
  const gradients = ops.backward(ops.reduceSum(ops.mul(output, weights)), targets);
  const inputs = [witness, weights, ...tensors];
  const options = { graphOptimizationLevel: level };
  const forward = await compile([witness, ...tensors], { y: output }, options);
  const backward = await compile(inputs, Object.fromEntries(gradients.map((g, i) => [`d${i}`, g!])), options);

  const feeds = new Map<string, TensorValue>([
    ["witness", valuesOf(x(), resolve(witness.shape, of), "witness")],
    ...operands.map((operand, i) => [`x${i}`, valuesOf(operand, resolve(operand.shape, of), `${name} ${i}`)] as const),
  ]);
  const y = (await forward.run(feeds)).get("y")!;
  const w = valuesOf({ shape: [] }, [...y.dims], `${name} weights`);
  const analytic = await backward.run(new Map([...feeds, ["weights", w]]));

  const loss = async (): Promise<number> => {
    const { data } = (await forward.run(feeds)).get("y")!;
    return (data as Float32Array).reduce((total, value, i) => total + value * Number(w.data[i]), 0);
  };
  for (const [i, target] of targets.entries()) {
    const { data } = feeds.get((target.source as { name: string }).name)! as { data: Float32Array };
    const gradient = analytic.get(`d${i}`)!;
    expect(gradient.dims).toEqual(feeds.get((target.source as { name: string }).name)!.dims);
    const h = 2 ** -7;
    for (let k = 0; k < data.length; k++) {
      const at = data[k]!;
      const difference = async (step: number): Promise<number> => {
        data[k] = at + step;
        const up = await loss();
        data[k] = at - step;
        const down = await loss();
        data[k] = at;
        return (up - down) / (2 * step);
      };
      // Fourth order: the error of the simple difference at h and 2h cancels.
      const numeric = (4 * (await difference(h)) - (await difference(2 * h))) / 3;
      expect(
        Math.abs(numeric - Number(gradient.data[k])),
        `d${i}[${k}]: ${numeric} against ${gradient.data[k]}`,
      ).toBeLessThan(1e-3 * (1 + Math.abs(numeric)));
    }
  }
  await forward.dispose();
  await backward.dispose();
}

for (const level of ["disabled", "all"] as const) {
  test.each(cases)(`$name, optimization ${level}`, (example) => check(example, example.name, level, sizes));
}

const empty = cases.filter(({ name }) =>
  /^(add|mul|gelu|linear|concat|gather|reduceSum middle|matMul transA false)/.test(name),
);
test.each(empty)("$name with no words at all", (example) =>
  check(example, example.name, "all", { ...sizes, words: 0 }),
);
