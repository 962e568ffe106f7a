import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UsageError } from "../errors.ts";
import { showModelGraph } from "./graph.ts";

const oracle = fileURLToPath(new URL("../../test/oracle/", import.meta.url));
const classifier = join(oracle, "torch/pair");
const encoder = fileURLToPath(new URL("../../models/relata-mini", import.meta.url));
const prediction = { training: false, overwrite: false };

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "relata-graph-"))));
afterAll(() => rm(folder, { recursive: true }));

test("the graph of a classifier's predictions, with the shapes of its config.json", async () => {
  const { text } = await showModelGraph(classifier, prediction);
  expect(text).toMatch(/^graph luke-prediction: \d+ inputs, \d+ nodes, 1 outputs\n/);
  expect(text).toMatch(/^input input_ids int32 \[batch, words\]$/m);
  expect(text).toMatch(/^input classifier\.weight float32 \[\d+, \d+\]$/m);
  expect(text).toMatch(/ → logits float32 \[pairs, \d+\]$/);
  expect(text).not.toContain("dropout");
});

test("the training graph has the loss, dropout masks and a gradient of each weight", async () => {
  const { text } = await showModelGraph(classifier, { ...prediction, training: true });
  expect(text).toMatch(/^input dropout\.classifier float32 \[pairs, \d+\]$/m);
  expect(text).toMatch(/ → loss float32 \[\]$/m);
  expect(text).toMatch(/ → gradient\.classifier\.weight float32 \[\d+, \d+\]/m);
});

test("an encoder without a head has the graph of its states, and none for training", async () => {
  const { text } = await showModelGraph(encoder, prediction);
  expect(text).toMatch(/ mentions float32 \[batch, entities, \d+\]$/m);
  await expect(showModelGraph(encoder, { ...prediction, training: true })).rejects.toThrow(
    /without a head\. Leave out --training/,
  );
});

test("a name that ends in .onnx is a file for viewers; what is there is replaced on demand alone", async () => {
  const output = join(folder, "graph.onnx");
  const { text, file } = await showModelGraph(classifier, { ...prediction, output });
  expect(text).toBeUndefined();
  const bytes = await readFile(output);
  expect(file).toEqual({ name: "graph.onnx", bytes: bytes.byteLength });
  const { graph } = fromBinary(ModelProtoSchema, bytes);
  expect(graph!.output.map(({ name }) => name)).toEqual(["logits"]);
  await expect(showModelGraph(classifier, { ...prediction, output })).rejects.toThrow(UsageError);
  const asText = join(folder, "graph.txt");
  await showModelGraph(classifier, { ...prediction, output: asText, overwrite: true });
  expect(await readFile(asText, "utf8")).toMatch(/^graph luke-prediction: /);
});
