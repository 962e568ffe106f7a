// The parts that a prediction needs, bundled for a browser and run in a context that has nothing of Node.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { PredictionSession } from "../src/model/prediction-session.ts";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { createSession } from "../src/runtime/session.ts";
import { versions } from "../src/version.ts";
import { encodePairs } from "../src/tokenization/inputs/pair-encoding.ts";
import type * as browser from "../src/browser.ts";
import type * as training from "../src/browser-training.ts";
import { parseJsonLines, relata as runRelata, Workplace } from "./support/run-cli.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const folder = at("../models/relata-mini/");
const labels = ["NO_REL", "WHO_DO", "DO_WHEN"];
const pair = { head: { start: 0, end: 4 }, tail: { start: 9, end: 12 } };

/** Only what every browser has; ONNX Runtime needs arrays of its own realm. */
const globals = {
  TextDecoder,
  TextEncoder,
  atob,
  ArrayBuffer,
  BigInt64Array,
  Float32Array,
  Int32Array,
  Int8Array,
  Uint8Array,
  Uint16Array,
};

/** Bundles an entry of src, in which only these packages may stand. */
async function bundle(entry: "browser" | "browser-training"): Promise<string> {
  const { outputFiles, metafile } = await build({
    entryPoints: [at(`../src/${entry}.ts`)],
    bundle: true,
    platform: "browser",
    format: "iife",
    globalName: "relata",
    metafile: true,
    write: false,
  });
  const packages = Object.keys(metafile.inputs).flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  expect([...new Set(packages)].sort()).toEqual(["@bufbuild/protobuf", "onnx-buf", "zod"]);
  return outputFiles[0]!.text;
}

const text = (name: string): boolean => /\.(?:json|txt)$/.test(name);

test("a browser's bundle opens a model from bytes, tokenizes, and scores and decodes as in Node", async () => {
  const context = createContext(globals);
  runInContext(await bundle("browser"), context);
  expect(runInContext("typeof process + typeof Buffer + typeof require", context)).toBe("undefinedundefinedundefined");
  const relata = runInContext("relata", context) as typeof browser;

  const files = Object.fromEntries(
    readdirSync(folder).map((name) => {
      const bytes = readFileSync(join(folder, name));
      return [name, text(name) ? bytes.toString("utf8") : new Uint8Array(bytes)];
    }),
  );
  const options = { id2label: labels, seed: 7 };
  const opened = await relata.openClassifier(files, (model) => createSession(model), options);
  const [encoded] = await relata.encodePairs(opened.tokenizer, "Anna met Ben.", [pair]);
  if (!encoded || "unencodable" in encoded) throw new Error("the pair was not encoded");
  const [logits] = await opened.scorer.logits([encoded.encoding], { batchSize: 1 });

  const checkpoint = await openCheckpoint(folder, options);
  const [wanted] = await encodePairs(checkpoint.tokenizer, "Anna met Ben.", [pair]);
  expect(wanted).toEqual({ encoding: { ...encoded.encoding, pairs: [[0, 1]] } });
  const session = await PredictionSession.create(
    { ...checkpoint, numLabels: labels.length },
    checkpoint.weights,
    checkpoint.tokenizer.padding,
  );
  const [expected] = await session.logits([encoded.encoding], { batchSize: 1 });
  expect(logits).toEqual(expected);

  const schema = relata.openSchema({ noRelationLabel: "NO_REL", id2label: labels }, false);
  const document = { id: "1", text: "Anna met Ben.", entities: [], relations: [] };
  const entities = [pair.head, pair.tail].map((span) => ({ ...span, type: "PER" }));
  const place = { document: { ...document, entities }, head: 0, tail: 1 };
  const [decoded] = relata.decodePairs([{ pair: place, logits: logits! }], schema);
  expect(decoded!.probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1);
  expect(decoded!.labels[0]).toBe(logits!.indexOf(Math.max(...logits!)));
  await Promise.all([opened.scorer.dispose(), session.dispose()]);
});

const place = new Workplace();
afterAll(() => place.remove());

test("a browser's bundle trains luke-mini as Node does: the same losses, files and scores", async () => {
  const context = createContext({ ...globals, structuredClone, performance });
  runInContext(await bundle("browser-training"), context);
  const { givenDevice, trainInTab } = runInContext("relata", context) as typeof training;
  const data = place.path("mails.jsonl");
  await runRelata(["data", "convert", place.examples("annotations.jsonlines", 8), data, "--to", "relata"]);
  const documents = parseJsonLines<training.Document>(readFileSync(data, "utf8")).map((document) => ({
    ...document,
    entities: document.entities.map((entity) => ({ ...entity, type: entity.type ?? "" })),
  }));
  const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  const createdWith = versions;
  const settings = { maxSteps: 4, evalSteps: 2, batchSize: 4, epochs: 1000 };
  const createOn: training.CreateSession = (model, _, options) => createSession(model, options);
  const run = trainInTab({
    name: "mails",
    documents,
    settings,
    createdWith,
    digest,
    device: givenDevice("browser", createOn),
  });
  const losses: number[] = [];
  let next = await run.next();
  for (; !next.done; next = await run.next()) if (next.value.type === "step") losses.push(next.value.loss);

  const folder = place.path("node");
  const flags = ["--max-steps", "4", "--eval-steps", "2", "--batch-size", "4", "--epochs", "1000", "--threads", "1"];
  const node = await runRelata([
    "train",
    data,
    "--model",
    "luke-mini",
    "--test-size",
    "0",
    "--output",
    folder,
    ...flags,
  ]);
  expect([node.code, node.stderr]).toEqual([0, expect.anything()]);
  const events = parseJsonLines<{ type: string; loss: number }>(readFileSync(join(folder, "metrics.jsonl"), "utf8"));
  expect(losses).toEqual(events.filter(({ type }) => type === "step").map(({ loss }) => loss));
  const { files } = next.value;
  for (const name of Object.keys(files).filter((one) => !["relata.json", "README.md"].includes(one)))
    expect([name, digest(Buffer.from(files[name]!))]).toEqual([name, digest(readFileSync(join(folder, name)))]);
  const [ours, theirs] = [files["relata.json"] as string, readFileSync(join(folder, "relata.json"), "utf8")].map(
    (text) => JSON.parse(text) as Record<string, unknown>,
  );
  for (const key of ["task", "labels", "scores", "data", "step", "protocol"]) expect(ours![key]).toEqual(theirs![key]);
});
