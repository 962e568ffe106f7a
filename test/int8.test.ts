// Dense layers in int8: one layer against plain arithmetic, then whole classifiers against their float32 selves.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { PredictionSession, classifier, classifierParameters } from "./support/luke.ts";
import { add, gelu, input, linear, matMul, reduceSum, type Tensor } from "../src/autodiff/index.ts";
import { backward } from "../src/autodiff/backward.ts";
import { topologicalOrder } from "../src/autodiff/topological-order.ts";
import { toInt8 } from "../src/model/weights/int8.ts";
import { predictConfig, trainConfig } from "../src/config.ts";
import { lukeMini, type LukeConfig } from "../src/model/encoders/luke/config.ts";
import { entityHead } from "../src/model/heads/entity-head.ts";
import { spanHead } from "../src/model/heads/span-head.ts";
import { luke } from "../src/model/encoders/luke/luke-encoder.ts";
import { pairHead } from "../src/model/heads/pair-head.ts";
import { initializeWeights, type Weights } from "../src/nn/parameters.ts";
import { lower } from "../src/onnx/lower.ts";
import { random } from "../src/random.ts";
import { int8Graph, type WeightedGraph } from "../src/model/int8-graph.ts";
import { openModel } from "../src/model/predictor.ts";
import { predict } from "../src/run/predict.ts";
import { train } from "../src/recipes/train.ts";
import { createSession, float32, floats } from "../src/runtime/session.ts";
import type { Encoding } from "../src/tokenization/inputs/encoding.ts";

const isQuantizable = (name: string): boolean => luke.isQuantizable(name);

const [rows, inner, out] = [5, 12, 7];
/** A dense layer as it stands in the encoder: whatever the name begins with, it is one of those that are rounded. */
const name = "luke.encoder.layer.0.dense";

const normal = (length: number, key: string): Float32Array => {
  const stream = random(11, key);
  return Float32Array.from({ length }, () => stream.normal());
};
const x = normal(rows * inner, "x").map((value, i) => (i % inner === 3 ? 20 * value : value));
const w = normal(out * inner, "w");
const b = normal(out, "b");

const layer = (): { x: Tensor; graph: WeightedGraph } => {
  const operand = input("x", ["batch", inner]);
  const parameters = new Map([
    [`${name}.weight`, input(`${name}.weight`, [out, inner])],
    [`${name}.bias`, input(`${name}.bias`, [out])],
  ]);
  const weights = new Map([
    [`${name}.weight`, { shape: [out, inner], data: w }],
    [`${name}.bias`, { shape: [out], data: b }],
  ]);
  const logits = linear(operand, parameters.get(`${name}.weight`)!, parameters.get(`${name}.bias`));
  return { x: operand, graph: { logits, parameters, weights } };
};

/** As DynamicQuantizeLinear of ONNX: uint8, one scale and zero point for all, halves to even. */
function quantizeActivations(values: Float32Array): { values: number[]; scale: number; zeroPoint: number } {
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const halfToEven = (v: number): number => {
    const below = Math.floor(v);
    return v - below > 0.5 || (v - below === 0.5 && below % 2 !== 0) ? below + 1 : below;
  };
  const clamp = (v: number): number => Math.min(255, Math.max(0, v));
  const scale = Math.fround(Math.fround(most - least) / 255);
  const zeroPoint = clamp(halfToEven(Math.fround(-least / scale)));
  return {
    values: Array.from(values, (v) => clamp(halfToEven(Math.fround(v / scale)) + zeroPoint)),
    scale,
    zeroPoint,
  };
}

const eachCell = (check: (row: number, column: number) => void): void => {
  for (let r = 0; r < rows; r++) for (let o = 0; o < out; o++) check(r, o);
};
const sum = (term: (i: number) => number): number =>
  Array.from({ length: inner }, (_, i) => term(i)).reduce((a, c) => a + c, 0);

describe.each([
  ["disabled", false],
  ["all", false],
  ["all", true],
] as const)("a dense layer, graph optimization level %s, signed weights %s", (graphOptimizationLevel, isSigned) => {
  const run = async (): Promise<Float32Array> => {
    const { x: operand, graph } = layer();
    const { logits, parameters, constants, weights } = int8Graph(graph, isQuantizable, { file: "folder", isSigned });
    expect([...weights.keys()]).toEqual([]);
    const model = lower(
      { name: "layer", inputs: [operand, ...parameters.values()], outputs: new Map([["y", logits]]) },
      { initializers: constants },
    );
    const session = await createSession(model, { intraOpNumThreads: 1, graphOptimizationLevel });
    const y = floats((await session.run(new Map([["x", float32(x, [rows, inner])]]))).get("y")!);
    await session.dispose();
    return y;
  };
  const rounded = toInt8({ shape: [out, inner], data: w }, "w", "folder");
  const activations = quantizeActivations(x);

  test("is the integer product that plain arithmetic makes, to the rounding of float32", async () => {
    const y = await run();
    eachCell((r, o) => {
      const product = sum(
        (i) => (activations.values[r * inner + i]! - activations.zeroPoint) * rounded.values[i * out + o]!,
      );
      const scaled = product * activations.scale * rounded.scales[o]!;
      // Rounded: scale · scale, product · that, the sum with the bias. The product itself is below 2^24, so exact.
      const bound = 2 ** -24 * (2 * Math.abs(scaled) + Math.abs(scaled + b[o]!)) * (1 + 2 ** -20);
      expect(Math.abs(y[r * out + o]! - (scaled + b[o]!))).toBeLessThanOrEqual(bound);
    });
  });

  test("is as far from the float32 layer as half a step of each weight and one of each activation explain", async () => {
    const y = await run();
    eachCell((r, o) => {
      const exact = sum((i) => x[r * inner + i]! * w[o * inner + i]!) + b[o]!;
      // |x·w − x̂·ŵ| ≤ |x||w − ŵ| + |ŵ||x − x̂|: half a step of w; of x half a step, and half for the rounded zero point.
      const bound = sum((i) => {
        const step = rounded.scales[o]!;
        return (
          (Math.abs(x[r * inner + i]!) * step) / 2 + Math.abs(rounded.values[i * out + o]! * step) * activations.scale
        );
      });
      expect(Math.abs(y[r * out + o]! - exact)).toBeLessThanOrEqual(bound + 1e-5);
    });
  });
});

test("what is no dense layer of the encoder stays as it was, and keeps its weight", () => {
  const { x: operand, graph } = layer();
  const head = input("classifier.weight", [3, inner]);
  const bias = input("classifier.bias", [3]);
  const logits = gelu(linear(operand, head, bias));
  const weights = new Map(graph.weights).set("classifier.weight", { shape: [3, inner], data: w.slice(0, 3 * inner) });
  weights.set("classifier.bias", { shape: [3], data: b.slice(0, 3) });
  const parameters = new Map(graph.parameters).set("classifier.weight", head).set("classifier.bias", bias);
  const same = int8Graph({ ...graph, logits, parameters, weights }, isQuantizable, { file: "folder", isSigned: false });
  expect(topologicalOrder([same.logits]).map(({ op }) => op.onnx)).toEqual(["Gemm", "Gelu"]);
  expect([...same.weights.keys()]).toEqual(["classifier.weight", "classifier.bias"]);
  expect(same.constants.size).toBe(0);
});

test("a weight that another op reads too stays float32", () => {
  const { x: operand, graph } = layer();
  const weight = graph.parameters.get(`${name}.weight`)!;
  const logits = add(graph.logits, matMul(operand, weight, { transB: true }));
  const same = int8Graph({ ...graph, logits }, isQuantizable, { file: "folder", isSigned: false });
  expect(topologicalOrder([same.logits]).map(({ op }) => op.onnx)).not.toContain("MatMulInteger");
  expect([...same.weights.keys()]).toEqual([`${name}.weight`, `${name}.bias`]);
});

test("layers that read the same tensor share its rounding", () => {
  const { x: operand, graph } = layer();
  const second = "luke.encoder.layer.0.other";
  const other = [input(`${second}.weight`, [out, inner]), input(`${second}.bias`, [out])] as const;
  const weights = new Map(graph.weights);
  weights.set(`${second}.weight`, { shape: [out, inner], data: w.toReversed() });
  weights.set(`${second}.bias`, { shape: [out], data: b });
  const parameters = new Map(graph.parameters).set(`${second}.weight`, other[0]).set(`${second}.bias`, other[1]);
  const logits = linear(operand, ...other);
  const both = int8Graph({ ...graph, logits: gelu(add(graph.logits, logits)), parameters, weights }, isQuantizable, {
    file: "folder",
    isSigned: false,
  });
  const ops = topologicalOrder([both.logits]).map(({ op }) => op.onnx);
  expect(ops.filter((op) => op === "DynamicQuantizeLinear")).toHaveLength(1);
  expect(ops.filter((op) => op === "MatMulInteger")).toHaveLength(2);
});

test("a quantized graph has no gradient, and says so", () => {
  const { x: operand, graph } = layer();
  const { logits } = int8Graph(graph, isQuantizable, { file: "folder", isSigned: false });
  expect(() => backward(reduceSum(logits, [0, 1]), [operand])).toThrow("rounding has no gradient");
});

describe("a classifier", () => {
  const config: LukeConfig = { ...lukeMini(60, 4), hiddenSize: 32, intermediateSize: 48, maxPositionEmbeddings: 40 };
  const weightsOf = (): Weights => initializeWeights(classifierParameters(pairHead, config, 3), config, 5);
  const text = (words: number, seed: number): Encoding => ({
    inputIds: Int32Array.from({ length: words }, (_, i) => 4 + ((i * 7 + seed * 13) % 50)),
    entityIds: Int32Array.of(2, 3),
    entityPositionIds: [Int32Array.of(1, 2), Int32Array.of(4)],
    pairs: [[0, 1]],
    truncated: false,
    mentionCut: false,
  });
  const texts = [text(12, 1), text(9, 2), text(20, 3)];
  const logitsOf = async (weights: Weights, dtype: "float32" | "int8"): Promise<number[]> => {
    const padding = { padTokenId: 1, entityPadId: 0 };
    const session = await PredictionSession.create(config, 3, weights, padding, { dtype, intraOpNumThreads: 1 });
    const logits = await session.logits(texts, { batchSize: 4 });
    await session.dispose();
    return logits.flatMap((row) => [...row]);
  };

  test.each([pairHead, entityHead, spanHead])(
    "of $name: every dense layer it reads is rounded, nothing else",
    (head) => {
      const { builder, logits } = classifier(head, config, 3, { training: false });
      const weights = initializeWeights(classifierParameters(head, config, 3), config, 5);
      // Weights that anything but a dense layer reads stay: words and the few entities meet without going through one.
      const readers = new Map<string, Set<string>>();
      for (const { op, inputs } of topologicalOrder([logits]))
        for (const { source } of inputs)
          if (source.kind === "input") readers.set(source.name, (readers.get(source.name) ?? new Set()).add(op.onnx));
      const isDense = /^luke\.encoder\..*(?:query|key|value|dense)\.weight$/;
      const dense = [...readers].flatMap(([key, ops]) =>
        isDense.test(key) && ops.has("Gemm") && ops.size === 1 ? [key] : [],
      );
      const graph = int8Graph({ logits, parameters: builder.parameters, weights }, isQuantizable, {
        file: "folder",
        isSigned: false,
      });
      const made = [...graph.constants.keys()].filter((key) => key.endsWith(".int8"));
      expect(dense.length).toBeGreaterThan(8);
      expect(made.map((key) => key.replace(".int8", "")).sort()).toEqual(dense.sort());
      expect(weights.size).toBe(0);
      for (const key of dense) expect(graph.weights.has(key)).toBe(false);
    },
  );

  test("answers as in float32, but for the rounding", async () => {
    const exact = await logitsOf(weightsOf(), "float32");
    const rounded = await logitsOf(weightsOf(), "int8");
    const range = Math.max(...exact.map(Math.abs));
    const far = exact.map((value, i) => Math.abs(value - rounded[i]!) / range);
    expect(Math.max(...far)).toBeLessThan(0.05);
    expect(Math.max(...far)).toBeGreaterThan(0);
  });

  test("a weight that is no number is named", async () => {
    const weights = weightsOf();
    weights.get("luke.encoder.layer.1.output.dense.weight")!.data[5] = NaN;
    await expect(logitsOf(weights, "int8")).rejects.toThrow(
      /"luke\.encoder\.layer\.1\.output\.dense\.weight": no number/,
    );
  });
});

describe("a trained model", () => {
  const place = mkdtempSync(join(tmpdir(), "relata-int8-"));
  afterAll(() => rmSync(place, { recursive: true }));

  test("gives the labels it gives in float32, with nearly their probabilities, and tells what it does", async () => {
    const texts = ["Anna", "Ben", "Carla", "Dina", "Emil", "Flora"].map((who) => `${who} wrote a letter today`);
    const lines = texts.map((text) => {
      const mentions = [text.split(" ")[0]!, "wrote", "a letter", "today"];
      const entities = mentions.map((surface, i) => {
        const start = text.indexOf(surface);
        return { start, end: start + surface.length, type: ["SUBJ", "VERB", "OBJ", "TIME"][i]! };
      });
      return {
        text,
        entities,
        relations: [[0, 1, "WHO_DO"] as const, [1, 2, "DO_WHAT"] as const].map(([head, tail, label]) => ({
          head,
          tail,
          label,
        })),
      };
    });
    const data = join(place, "letters.jsonl");
    writeFileSync(data, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const output = join(place, "model");
    const run = train(
      [data],
      trainConfig.parse({
        output,
        model: "luke-mini",
        encoding: "document",
        maxSteps: 60,
        epochs: 60,
        vocabSize: 300,
        threads: 1,
      }),
    );
    while (!(await run.next()).done);

    const answers = [];
    for (const dtype of ["float32", "int8"] as const) {
      const model = await openModel(output, { intraOpNumThreads: 1, dtype });
      expect(model.notes.some((note) => note.includes("int8"))).toBe(dtype === "int8");
      answers.push(
        (await predict(model, lines, predictConfig.parse({ dtype, threads: 1 }))).flatMap(({ relations }) => relations),
      );
      await model.dispose();
    }
    const [exact, rounded] = answers as [(typeof answers)[0], (typeof answers)[0]];
    expect(new Set(exact.map(({ label }) => label))).toContain("WHO_DO");
    for (const [i, { label, probabilities }] of exact.entries()) {
      const far = Object.keys(probabilities).map((one) =>
        Math.abs(rounded[i]!.probabilities[one]! - probabilities[one]!),
      );
      expect(Math.max(...far)).toBeLessThan(0.02);
      // Where two labels are as good as equal, a rounding may decide.
      const [best, next] = Object.values(probabilities).toSorted((a, b) => b - a) as [number, number];
      if (best - next > 0.04) expect(rounded[i]!.label).toBe(label);
    }
  });
});
