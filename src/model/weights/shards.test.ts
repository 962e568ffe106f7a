import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { CheckpointError } from "../checkpoint-error.ts";
import { openWeights } from "./weights.ts";
import { writeSafetensors } from "./safetensors/write.ts";

const oracle = join(import.meta.dirname, "../../../test/oracle/safetensors/sharded");
const folder = mkdtempSync(join(tmpdir(), "relata-shards-"));
const indexFile = join(folder, "model.safetensors.index.json");
const [firstShard, secondShard] = [1, 2].map((i) => `model-0000${i}-of-00002.safetensors`);
const total = 12 * 4 + 12 * 2 + 12 * 4;
const map = { first: firstShard, half: firstShard, second: secondShard };

beforeEach(() => {
  rmSync(folder, { recursive: true });
  cpSync(oracle, folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

const writeIndex = (index: unknown): void => writeFileSync(indexFile, JSON.stringify(index));

describe("openWeights of shards", () => {
  it("reads those of Python as one", async () => {
    const weights = await openWeights(folder);
    const ramp = Float32Array.from({ length: 12 }, (_, i) => i / 8);
    expect([...weights.names].sort()).toEqual(["first", "half", "second"]);
    expect(weights.metadata.get("format")).toBe("pt");
    expect(await weights.read("first")).toEqual(ramp);
    expect(await weights.read("half")).toEqual(ramp);
    expect(await weights.readRows("second", [1])).toEqual(new Float32Array([0.75, 1, 1.25]));
    expect(weights.info("half")).toEqual({ dtype: "F16", shape: [4, 3], bytes: 24 });
    expect((await weights.readTensor("half")).dtype).toBe("F16");
    await expect(weights.read("__proto__")).rejects.toThrow("not in the file");
    await weights.close();
  });

  it("does not ask for a total_size", async () => {
    writeIndex({ weight_map: map });
    const weights = await openWeights(folder);
    expect(weights.names.length).toBe(3);
    await weights.close();
  });

  it.each([
    ["a shard outside of the folder", { weight_map: { ...map, first: `../${firstShard}` } }, "in the same folder"],
    ["an absolute shard", { weight_map: { ...map, first: "/etc/passwd.safetensors" } }, "in the same folder"],
    ["a shard of Windows' paths", { weight_map: { ...map, first: "..\\x.safetensors" } }, "in the same folder"],
    ["another kind of file", { weight_map: { ...map, first: "pytorch_model.bin" } }, "in the same folder"],
    ["a number for a shard", { weight_map: { ...map, first: 1 } }, "in the same folder"],
    ["a shard that is missing", { weight_map: { ...map, first: "model-3.safetensors" } }, "a shard is missing"],
    ["a tensor that no shard has", { weight_map: { ...map, third: firstShard } }, '"third"'],
    ["a tensor in another shard", { weight_map: { ...map, half: secondShard } }, '"half"'],
    ["a tensor left out", { weight_map: { first: firstShard, second: secondShard } }, '"half"'],
    ["a wrong total_size", { metadata: { total_size: total + 1 }, weight_map: map }, `found ${total}`],
    ["a total_size of text", { metadata: { total_size: String(total) }, weight_map: map }, "a number total_size"],
    ["no map", { metadata: {} }, "an object weight_map"],
    ["a list for a map", { weight_map: [firstShard] }, "an object weight_map"],
    ["an empty map", { weight_map: {} }, "1 to 100000 tensors"],
    ["a list", [], "expected an object"],
    ["null", null, "expected an object"],
    [
      "thousands of shards",
      { weight_map: Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`t${i}`, `${i}.safetensors`])) },
      "at most 512 shards",
    ],
  ])("refuses %s", async (_, index, message) => {
    writeIndex(index);
    const opening = openWeights(folder);
    await expect(opening).rejects.toThrow(CheckpointError);
    await expect(opening).rejects.toThrow(message);
  });

  it("refuses a tensor that two shards have", async () => {
    const data = new Float32Array(12);
    const both = ["first", "second"].map((name) => [name, { shape: [4, 3], data }] as const);
    await writeSafetensors(join(folder, secondShard!), both);
    await expect(openWeights(folder)).rejects.toThrow(`tensor "first": the shards differ from their index`);
  });

  it("has a tensor named __proto__ like any other", async () => {
    writeFileSync(indexFile, readFileSync(indexFile, "utf8").replace('"first"', '"__proto__"'));
    await expect(openWeights(folder)).rejects.toThrow('tensor "__proto__"');
  });

  it("refuses an index that is cut off, not UTF-8 or not JSON", async () => {
    for (const content of ['{"weight_map": {', "", Buffer.from([0xff, 0xfe])]) {
      writeFileSync(indexFile, content);
      await expect(openWeights(folder)).rejects.toThrow(CheckpointError);
    }
  });
});
