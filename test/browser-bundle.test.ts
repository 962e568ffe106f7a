// The parts that a prediction needs, bundled for a browser and run in a context that has nothing of Node.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { PredictionSession } from "../src/model/prediction-session.ts";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { createSession } from "../src/runtime/session.ts";
import { encodePairs } from "../src/tokenization/inputs/pair-encoding.ts";
import type * as browser from "../src/browser.ts";

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

async function bundle(): Promise<string> {
  const { outputFiles, metafile } = await build({
    entryPoints: [at("../src/browser.ts")],
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
  runInContext(await bundle(), context);
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
