import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { CheckpointError } from "../checkpoint-error.ts";
import { openModelFolder } from "../folder.ts";
import { writeSafetensors } from "./safetensors/write.ts";
import { openWeights } from "./weights.ts";
import { firstNonFinite, readWeight, readWeights } from "./read-weights.ts";

const oracle = join(import.meta.dirname, "../../../test/oracle");
const folder = mkdtempSync(join(tmpdir(), "relata-weights-"));
const inFolder = (name: string): string => join(folder, name);
beforeEach(() => {
  rmSync(folder, { recursive: true });
  cpSync(join(oracle, "torch/sharded"), folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

const openedPath = async (): Promise<string> => {
  const weights = await openWeights(folder);
  await weights.close();
  return weights.path;
};
const index = "pytorch_model.bin.index.json";
const firstShard = "pytorch_model-00001-of-00002.bin";

describe("openWeights", () => {
  it("reads shards of torch as the file that they were cut from", async () => {
    const shards = await openWeights(folder);
    const whole = await openWeights(join(oracle, "torch/pair"));
    expect([...shards.names].sort()).toEqual([...whole.names].sort());
    for (const name of whole.names) {
      expect(shards.info(name)).toEqual(whole.info(name));
      expect(await shards.read(name)).toEqual(await whole.read(name));
    }
    const table = "luke.entity_embeddings.entity_embeddings.weight";
    expect(await shards.readRows(table, [2, 0])).toEqual(await whole.readRows(table, [2, 0]));
    await Promise.all([shards.close(), whole.close()]);
  });

  it("prefers safetensors to torch, and one file to shards", async () => {
    expect(await openedPath()).toBe(inFolder(index));
    copyFileSync(join(oracle, "torch/pair/pytorch_model.bin"), inFolder("pytorch_model.bin"));
    expect(await openedPath()).toBe(inFolder("pytorch_model.bin"));
    cpSync(join(oracle, "safetensors/sharded"), folder, { recursive: true });
    expect(await openedPath()).toBe(inFolder("model.safetensors.index.json"));
    await writeSafetensors(inFolder("model.safetensors"), []);
    expect(await openedPath()).toBe(inFolder("model.safetensors"));
  });

  it("does not ask for the total_size of torch's shards, which versions count in different ways", async () => {
    const text = readFileSync(inFolder(index), "utf8");
    writeFileSync(inFolder(index), text.replace(/"total_size": \d+/, '"total_size": 1'));
    expect(await openedPath()).toBe(inFolder(index));
  });

  it.each<[what: string, change: (text: string) => string, message: string]>([
    ["that lie elsewhere", (text) => text.replaceAll(firstShard, `../${firstShard}`), "a .bin file in the same folder"],
    ["of another kind", (text) => text.replaceAll(firstShard, "model.safetensors"), "a .bin file in the same folder"],
    ["that are missing", (text) => text.replaceAll(firstShard, "pytorch_model-3.bin"), "a shard is missing"],
    ["that lack a tensor", (text) => text.replace('"classifier.weight"', '"classifier.bias"'), '"classifier.bias"'],
  ])("refuses shards of torch %s", async (_, change, message) => {
    writeFileSync(inFolder(index), change(readFileSync(inFolder(index), "utf8")));
    await expect(openWeights(folder)).rejects.toThrow(CheckpointError);
    await expect(openWeights(folder)).rejects.toThrow(message);
  });

  it("names a shard that is something else", async () => {
    writeFileSync(inFolder(firstShard), "<!doctype html>");
    await expect(openWeights(folder)).rejects.toThrow(/00001-of-00002.bin: not a file of torch: .* found a web page/);
  });

  it("says so if there are none", async () => {
    rmSync(inFolder(index));
    await expect(openWeights(folder)).rejects.toThrow("the weights are missing: expected model.safetensors or");
  });
});

describe("readWeights", () => {
  const table = "luke.entity_embeddings.entity_embeddings.weight";

  it("reads each as it is read alone, wherever its buffer begins", async () => {
    const weights = await openWeights(folder);
    const wanted = [...weights.names.map((name) => ({ name })), { name: table, rows: [2, 0] }];
    const read = await readWeights(weights, wanted);
    for (const [i, { name, ...rest }] of wanted.entries())
      expect(read[i]).toEqual(await readWeight(weights, name, "rows" in rest ? rest.rows : undefined));
    expect(await readWeights(weights, [])).toEqual([]);
    await weights.close();
  });

  it("tells of the first that cannot be used, whichever is read first", async () => {
    const shape = [2 ** 16];
    const spoilt = (at: number, size: number): Float32Array => new Float32Array(size).fill(Number.NaN, at, at + 1);
    await writeSafetensors(inFolder("model.safetensors"), [
      ["fine", { shape, data: new Float32Array(2 ** 16) }],
      ["large", { shape, data: spoilt(65_535, 2 ** 16) }],
      ["small", { shape: [1], data: spoilt(0, 1) }],
    ]);
    const weights = await openWeights(folder);
    const wanted = ["fine", "large", "small"].map((name) => ({ name }));
    await expect(readWeights(weights, wanted)).rejects.toThrow(/"large".*NaN at 65535/);
    await expect(readWeights(weights, wanted.toReversed())).rejects.toThrow(/"small".*NaN at 0/);
    await weights.close();
  });
});

describe("firstNonFinite", () => {
  it.each([0, 1, 3, 4, 7, 8, 9])("finds each place among %i numbers", (length) => {
    const numbers = Float32Array.from({ length }, (_, i) => [-0, 3.4e38, -3.4e38, 1e-45][i % 4]!);
    expect(firstNonFinite(numbers)).toBe(-1);
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      for (let at = 0; at < length; at++) expect(firstNonFinite(numbers.with(at, value))).toBe(at);
    }
    if (length > 1) expect(firstNonFinite(numbers.with(0, Infinity).with(length - 1, -Infinity))).toBe(0);
  });
});

describe("openModelFolder", () => {
  it.each(["pair", "sharded", "half", "masked-lm"])(
    "opens %s, which transformers wrote without safetensors",
    async (name) => {
      const model = await openModelFolder(join(oracle, "torch", name));
      expect(model.manifest).toBeNull();
      expect(model.weights.has("luke.embeddings.word_embeddings.weight")).toBe(true);
      await model.close();
    },
  );
});
