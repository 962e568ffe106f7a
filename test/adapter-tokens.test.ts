// Rows of an adapter's own in the table of words: a folder that PEFT saved after it resized the table, and what does not fit.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { parseAdapterConfig, type AdapterTokens } from "../src/model/adapters/adapter-config.ts";
import { AdaptedTensors } from "../src/model/adapters/adapted-tensors.ts";
import { parseModelConfig } from "../src/model/config-file.ts";
import { openSafetensors } from "../src/model/weights/safetensors/read.ts";
import { writeSafetensors } from "../src/model/weights/safetensors/write.ts";
import type { Weights } from "../src/nn/parameters.ts";

const place = mkdtempSync(join(tmpdir(), "relata-adapter-tokens-"));
afterAll(() => rmSync(place, { recursive: true }));

const folder = fileURLToPath(new URL("oracle/lora/bert-tokens/", import.meta.url));
const json = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<string, unknown>;
const model = parseModelConfig(readFileSync(join(folder, "adapter/config.json"), "utf8"), "config.json");
const table = "bert.embeddings.word_embeddings.weight";
const module = "base_model.model.bert.embeddings.word_embeddings.token_adapter";
const { tokens } = parseAdapterConfig(json("adapter/adapter_config.json"), "adapter_config.json");
const width = model.config.hiddenSize;

/** The base and the adapter with these tensors beside its own. */
async function opened(
  more: Weights,
  { isApart = false, of = tokens! }: { isApart?: boolean; of?: AdapterTokens } = {},
) {
  const own = await openSafetensors(join(folder, "adapter/adapter_model.safetensors"));
  const weights: Weights = new Map();
  for (const name of own.names) weights.set(name, { shape: own.info(name).shape, data: await own.read(name) });
  await own.close();
  const path = join(place, "adapter_model.safetensors");
  await writeSafetensors(path, new Map([...weights, ...more]));
  const [base, adapter] = [await openSafetensors(join(folder, "base/model.safetensors")), await openSafetensors(path)];
  try {
    return {
      rows: weights.get(`${module}.trainable_tokens_delta`)!.data,
      tensors: new AdaptedTensors({ base, adapter, scaling: 1, tokens: of, isApart }, model),
    };
  } catch (error) {
    await base.close();
    await adapter.close();
    throw error;
  }
}

const resized = new Map([
  [`${module}.base_layer.weight`, { shape: [63, width], data: new Float32Array(63 * width).fill(0.5) }],
  [`${module}.trainable_tokens_original`, { shape: [4, width], data: new Float32Array(4 * width) }],
]);

test("a table that PEFT resized and saved takes the place of the base's, under the rows that were trained", async () => {
  const { tensors, rows } = await opened(resized);
  expect(tensors.names.filter((name) => name.includes("token_adapter"))).toEqual([]);
  expect(tensors.info(table).shape).toEqual([63, width]);
  const whole = await tensors.read(table);
  expect([...whole.subarray(0, width)]).toEqual(Array(width).fill(0.5));
  for (const [place, id] of tokens!.ids.entries())
    expect(whole.subarray(id * width, (id + 1) * width)).toEqual(rows.subarray(place * width, (place + 1) * width));
  expect(await tensors.readRows(table, [62, 7, 8])).toEqual(
    Float32Array.from([62, 7, 8].flatMap((id) => [...whole.subarray(id * width, (id + 1) * width)])),
  );
  await tensors.close();
});

test("such a table cannot be shared: others of the base would read it", async () => {
  await expect(opened(resized, { isApart: true })).rejects.toThrow(
    /cannot share its base: .* found bert.embeddings.word_embeddings.weight whole/,
  );
});

test.each([
  ["another table", { module: "position_embeddings", ids: [7, 60, 61, 62] }],
  ["a token without a row", { module: undefined, ids: [7, 60, 61] }],
  ["a token twice", { module: undefined, ids: [60, 60, 61, 62] }],
  ["a token after the vocabulary", { module: undefined, ids: [60, 61, 62, 63] }],
  ["a row of the larger vocabulary that no token has", { module: undefined, ids: [6, 7, 61, 62] }],
])("%s is refused", async (_, of) => {
  await expect(opened(new Map(), { of })).rejects.toThrow(
    /the rows of an adapter's tokens do not fit: expected .* found shape \[4, 16\]/,
  );
});

test("adapter_config.json names tokens of one table at most", () => {
  const config = json("adapter/adapter_config.json");
  const given = { ...config, trainable_token_indices: { a: [1], b: [2] } };
  expect(() => parseAdapterConfig(given, "adapter_config.json")).toThrow(/trainable_token_indices/);
  expect(
    parseAdapterConfig({ ...config, trainable_token_indices: null }, "adapter_config.json").tokens,
  ).toBeUndefined();
  expect(parseAdapterConfig({ ...config, trainable_token_indices: [3] }, "adapter_config.json").tokens).toEqual({
    module: undefined,
    ids: [3],
  });
});
