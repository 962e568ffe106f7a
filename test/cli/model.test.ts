// relata model: what a model is, and what it is exported to.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modelInfo } from "../../src/run/model-info.ts";
import { trainModel } from "../support/run-cli.ts";
import { place, oracle, fromTorch, model, json, openTensors, elements } from "../support/model-command.ts";

beforeAll(() => trainModel(place.examples("annotations.jsonlines", 6), place.path("model")));
afterAll(() => place.remove());

describe("info", () => {
  test("tells people what a model of Relata is", async () => {
    const { code, stdout, stderr } = await model(["info", "model"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const line of [
      /^written by {4}Relata \d+\.\d+\.\d+$/m,
      /^architecture {2}LukeForEntityPairClassification, classifies pairs of entities$/m,
      /^encoder +2 layers, hidden 128, 4 heads, intermediate 512, entity-aware attention$/m,
      /^sizes +vocabulary 300, 4 entity rows of 64, 514 positions: texts up to 512 tokens$/m,
      /^labels +\d+: NO_REL, .*WHO_DO/m,
      /^weights +model\.safetensors: safetensors, F32, 58 tensors, 2\.8 MB$/m,
      /^tokenizer +LukeTokenizer, 300 word ids, 4 entity ids, up to 512 tokens, mentions up to 30$/m,
      /^tensors +56 used\n +2 not used \(no entity head reads it\): luke\.pooler/m,
      /^encoding +pair, up to 512 tokens; NO_REL means no relation$/m,
      /^asked about +all pairs$/m,
      /^gives +one label a pair$/m,
      /^relations +DO_WHAT: VERB → OBJ \(\d+\)$/m,
      /^data +\S*annotations\.jsonlines: 6 documents, SHA-256 [0-9a-f]{64}$/m,
      /^ +--max-steps 2$/m,
      /^ +--batch-size 8$/m,
      /^scores +accuracy 0\.\d{4} \(share of pairs with the right label, NO_REL included\)$/m,
      /^step +[12]$/m,
    ])
      expect(stdout).toMatch(line);
    expect(stdout).not.toContain("--seed");
  });

  test("counts parameters as the file has them", async () => {
    const { parameters, relata: ours, ...info } = await json("info", "model");
    const { tensors } = openTensors(place.path("model/model.safetensors"));
    expect(parameters).toEqual({
      total: tensors.reduce((sum, [, { shape }]) => sum + elements(shape), 0),
      entityTable: 4 * 64,
    });
    expect(info).toMatchObject({ head: "pair", tensors: { used: 56, missing: [], unexpected: [], copied: [] } });
    expect(ours).toMatchObject({ encoding: "pair", noRelationLabel: "NO_REL", data: [{ documents: 6 }] });
  });

  const torchTensors = (
    JSON.parse(readFileSync(`${oracle}torch/answers.json`, "utf8")) as {
      files: Record<string, Record<string, { shape: number[] }>>;
    }
  ).files;
  const ofPair = Object.values(torchTensors["pair/pytorch_model.bin"]!);

  test.each([
    ["pair", "F32", "pytorch_model.bin"],
    ["half", "F16", "pytorch_model.bin"],
    ["bfloat16", "BF16", "pytorch_model.bin"],
    ["sharded", "F32", "pytorch_model.bin.index.json"],
  ])("knows the folder %s of transformers", async (name, dtype, file) => {
    const info = await modelInfo(fromTorch(name));
    const total = ofPair.reduce((sum, { shape }) => sum + elements(shape), 0);
    expect(info).toMatchObject({
      architecture: "LukeForEntityPairClassification",
      head: "pair",
      parameters: { total, entityTable: 24 },
      labels: ["LABEL_0", "LABEL_1", "LABEL_2"],
      weights: { file, format: "torch", dtypes: [dtype], tensors: 36, bytes: total * (dtype === "F32" ? 4 : 2) },
      tokenizer: { problem: expect.stringContaining("entity_vocab.json") as string },
      relata: null,
    });
    expect(info.weights.isSharded).toBe(name === "sharded");
  });

  test("tells a pre-trained model, whose heads are not used, from a classifier", async () => {
    const info = await modelInfo(fromTorch("masked-lm"));
    expect(info).toMatchObject({ architecture: "LukeForMaskedLM", head: null, labels: [] });
    expect(info.tensors.ignored.filter(({ reason }) => reason === "a head of pre-training")).toHaveLength(13);
    expect(info.tensors.missing).toEqual([]);
    const { stdout } = await model(["info", fromTorch("masked-lm")]);
    expect(stdout).toContain("LukeForMaskedLM, an encoder without a head of Relata");
    expect(stdout).toContain("13 not used (a head of pre-training): lm_head.bias");
  });

  test("names what a folder lacks", async () => {
    expect(await model(["info", "nowhere"])).toMatchObject({
      code: 66,
      stderr: expect.stringContaining("nowhere") as string,
    });
    mkdirSync(place.path("empty"));
    expect(await model(["info", "empty"])).toMatchObject({
      code: 65,
      stderr: expect.stringContaining("expected a model folder, found an empty folder") as string,
    });
  });
});

describe("export", () => {
  test.each([
    ["safetensors", ["model.safetensors", "relata.json", "config.json", "vocab.json"]],
    ["onnx", ["model.onnx", "config.json", "vocab.json"]],
  ])("writes %s, in half the bytes as float16", async (format, names) => {
    const whole = await json("export", "model", `${format}-32`, "--format", format);
    const { code, stdout, stderr } = await model([
      "export",
      "model",
      `${format}-16`,
      "--format",
      format,
      "--dtype",
      "float16",
    ]);
    expect(code, stderr).toBe(0);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^${format}-16/${name}  \\d`, "m"));
    expect(stdout.trimEnd().split("\n")).toHaveLength(readdirSync(place.path(`${format}-16`)).length);
    const bytes = statSync(place.path(`${format}-16/${names[0]!}`)).size;
    const [file] = (whole["files"] as { name: string; bytes: number }[]).filter(({ name }) => name === names[0]);
    expect(bytes / file!.bytes).toBeGreaterThan(0.49);
    expect(bytes / file!.bytes).toBeLessThan(0.6);
  });

  test("writes a model folder that is whole", async () => {
    const { code, stdout, stderr } = await model(["verify", "safetensors-16"]);
    expect(code, stdout + stderr).toBe(0);
    expect(await modelInfo(place.path("safetensors-16"))).toMatchObject({ weights: { dtypes: ["F16"] } });
  });

  test.each([
    ["no format", ["export", "model", "unused"], "--format is missing"],
    ["a folder in use", ["export", "model", "model", "--format", "onnx"], "The output folder model is not empty"],
    ["sizes without a graph", ["export", "model", "unused", "--format", "safetensors", "--words", "64"], "ONNX"],
  ])("refuses %s", async (_, args, message) => {
    const { code, stdout, stderr } = await model(args);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(message);
    expect(existsSync(place.path("unused"))).toBe(false);
  });
});

test("without a subcommand it lists them", async () => {
  const { code, stdout, stderr } = await model([]);
  expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
  expect(stderr).toContain("Usage: relata model [options] [command]");
});
