// relata train --lora: the folder, what opens it, and what happens to it without its base.
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { exportModel } from "../src/model/export.ts";
import { openSafetensors } from "../src/model/weights/safetensors/read.ts";
import { verifyModel } from "../src/model/verify.ts";
import { drain } from "../src/generators.ts";
import { relata, Workplace, type CliResult } from "./support/run-cli.ts";
import { modelFolder } from "./support/word-encoders.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 8);
const base = place.path("base");
const adapter = place.path("adapter");
const flags = ["--encoding", "pair", "--max-steps", "2", "--batch-size", "8", "--threads", "1"];
const train = (output: string, ...more: string[]): Promise<CliResult> =>
  relata(["train", data, "--model", base, "--output", place.path(output), ...flags, ...more]);

beforeAll(async () => {
  const made = modelFolder("bert");
  cpSync(made, base, { recursive: true });
  rmSync(made, { recursive: true });
  const run = await train(
    "adapter",
    "--lora",
    "--lora-rank",
    "2",
    "--lora-targets",
    "query,value",
    "--freeze-layers",
    "1",
  );
  if (run.code !== 0) throw new Error(run.stderr);
});
afterAll(() => place.remove());

const json = (name: string): Record<string, unknown> => JSON.parse(readFileSync(place.path(name), "utf8"));

test("its model card names the base, and merges both before transformers reads them", () => {
  const card = readFileSync(place.path("adapter/README.md"), "utf8");
  expect(card).toContain("trained from `base` by");
  expect(card).toContain("npx relata model export adapter adapter-merged --format safetensors");
  expect(card).toContain('folder = "adapter-merged"');
});

test("it holds what PEFT saves, and names its base by a path from the folder", async () => {
  expect(json("adapter/adapter_config.json")).toEqual({
    base_model_name_or_path: "../base",
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layers_to_transform: [1],
    lora_alpha: 4,
    lora_dropout: 0,
    modules_to_save: ["classifier"],
    peft_type: "LORA",
    r: 2,
    target_modules: ["query", "value"],
    task_type: null,
  });
  const file = await openSafetensors(place.path("adapter/adapter_model.safetensors"));
  const self = "base_model.model.bert.encoder.layer.1.attention.self";
  expect([...file.names].sort()).toEqual([
    `${self}.query.lora_A.weight`,
    `${self}.query.lora_B.weight`,
    `${self}.value.lora_A.weight`,
    `${self}.value.lora_B.weight`,
    "base_model.model.classifier.weight",
  ]);
  expect((await file.read(`${self}.query.lora_B.weight`)).some((value) => value !== 0)).toBe(true);
  await file.close();
});

test("a seed decides its bytes", async () => {
  await train("again", "--lora", "--lora-rank", "2", "--lora-targets", "query,value", "--freeze-layers", "1");
  for (const name of ["adapter_model.safetensors", "adapter_config.json"])
    expect(readFileSync(place.path(`again/${name}`))).toEqual(readFileSync(place.path(`adapter/${name}`)));
});

test("it is verified, and its export is the merged model", async () => {
  expect((await drain(verifyModel(adapter))).checks.map(({ status }) => status)).toEqual(Array(8).fill("ok"));
  const merged = place.path("merged");
  await exportModel(adapter, merged, { format: "safetensors", dtype: "float32" });
  const [apart, whole, before] = [
    await openCheckpoint(adapter),
    await openCheckpoint(merged),
    await openCheckpoint(base, { id2label: ["a", "b"] }),
  ];
  expect(whole.manifest!.adapter).toBeUndefined();
  expect([...whole.weights]).toEqual([...apart.weights]);
  const changed = [...whole.weights].filter(
    ([name, { data: values }]) =>
      !name.startsWith("classifier") && before.weights.get(name)!.data.some((value, i) => value !== values[i]),
  );
  expect(changed.map(([name]) => name)).toEqual(
    ["query", "value"].map((name) => `bert.encoder.layer.1.attention.self.${name}.weight`),
  );
});

describe("without the base that it was trained on", () => {
  test("the error says where it was", async () => {
    renameSync(base, place.path("moved"));
    await expect(openCheckpoint(adapter)).rejects.toThrow(
      /the base of an adapter is missing: expected .*base.*found no such folder\. Put the base there again, or a link/,
    );
    renameSync(place.path("moved"), base);
  });

  test("or that it is another", async () => {
    const path = place.path("base/model.safetensors");
    const bytes = readFileSync(path);
    writeFileSync(
      path,
      bytes.map((byte, i) => (i === bytes.length - 3 ? byte ^ 1 : byte)),
    );
    await expect(openCheckpoint(adapter)).rejects.toThrow(/not the one that it was trained on: .* SHA-256 /);
    writeFileSync(path, bytes);
  });
});

test("LUKE's holds the names of an adapter that PEFT saved, and its table of entities", async () => {
  const luke = place.path("luke");
  cpSync(new URL("oracle/luke-folders/tokenizer", import.meta.url), luke, { recursive: true });
  cpSync(new URL("oracle/luke-folders/pair-safetensors", import.meta.url), luke, { recursive: true });
  const output = place.path("luke-adapter");
  const more = ["--encoding", "document", "--max-steps", "1", "--max-length", "60", "--lora", "--lora-rank", "2"];
  const run = await relata(["train", data, "--model", luke, "--output", output, "--threads", "1", ...more]);
  expect(run.code, run.stderr).toBe(0);
  const names = async (path: string | URL): Promise<string[]> => {
    const file = await openSafetensors(fileURLToPath(new URL(path, import.meta.url)));
    await file.close();
    return [...file.names];
  };
  const ofPeft = await names("oracle/lora/luke/adapter/adapter_model.safetensors");
  const table = "base_model.model.luke.entity_embeddings.entity_embeddings.weight";
  expect((await names(pathToFileURL(`${output}/adapter_model.safetensors`))).sort()).toEqual([...ofPeft, table].sort());
  const { target_modules: targets, ...config } = json("luke-adapter/adapter_config.json");
  expect((targets as string[]).length).toBe(9);
  expect(config).toMatchObject({
    modules_to_save: ["classifier", "entity_embeddings.entity_embeddings"],
    task_type: "SEQ_CLS",
  });
});

test.each([
  [["--lora-rank", "4"], /--lora-rank does nothing without --lora; found 4/],
  [
    ["--lora", "--lora-targets", "q_proj"],
    /--lora-targets: base has no dense layer whose name ends in q_proj\. It has attention\.self\.query/,
  ],
  [["--lora", "--freeze-layers", "2"], /--lora does nothing with --freeze-layers 2: base has 2 layers/],
  [["--lora", "--lora-rank", "17"], /--lora-rank: the smallest matrix to adapt has rank 16; found 17/],
])("%s is refused", async (more, message) => {
  const { code, stderr } = await train("refused", ...more);
  expect(code).not.toBe(0);
  expect(stderr.replaceAll(/\s+/g, " ")).toMatch(message);
});
