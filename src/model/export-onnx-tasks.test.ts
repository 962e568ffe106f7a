// Exported graphs of document encoding, of pair features, of entities and of two heads give the logits of predictions.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { encodeDocument, type TypedSpan } from "../tokenization/inputs/document-encoding.ts";
import type { Encoding } from "../tokenization/inputs/encoding.ts";
import { encodePairs } from "../tokenization/inputs/pair-encoding.ts";
import { encodeSpans } from "../tokenization/inputs/span-encoding.ts";
import { textTokens } from "../tokenization/inputs/text-tokens.ts";
import { encodeTokens } from "../tokenization/inputs/token-encoding.ts";
import { initializeWeights } from "../nn/parameters.ts";
import { familyFolder } from "../../test/support/encoder-families.ts";
import { manifestFacts } from "../../test/support/manifest-facts.ts";
import { openOnnx, runOnnx } from "../../test/support/onnx-runs.ts";
import { modelFolder as lukeFolder, newFolder } from "../../test/support/tiny-models.ts";
import { texts } from "../../test/support/word-encoders.ts";
import { openCheckpoint, type OpenedFiles } from "./checkpoint.ts";
import { classifierParameters } from "./classifier.ts";
import { writeOnnx } from "./export-onnx.ts";
import { biaffineHead, numbersPerSpan } from "./heads/biaffine-head.ts";
import type { Head } from "./heads/head.ts";
import { jointHead } from "./heads/joint-head.ts";
import { pairHead, pairHeads } from "./heads/pair-head.ts";
import { spanHead } from "./heads/span-head.ts";
import { tokenHead, withOwnNames } from "./heads/token-head.ts";
import { PredictionSession } from "./prediction-session.ts";
import type { LevitatedMarkers } from "./encoders/markers/levitated.ts";

/** encoder-tasks.long.test.ts runs the others. */
const families = ["luke", "bert", "roberta", "deberta-v2", "modernbert"];
const labels = ["NO_REL", "A", "B"];
const types = ["PER", "TIME"];
const tags = ["O", "B-PER", "I-PER", "B-TIME", "I-TIME"];
const all = { attention: "all", state: "both" } as const;

const folders = new Map<string, Promise<string>>();
const folderOf = (family: string): Promise<string> => {
  const known =
    folders.get(family) ?? (family === "luke" ? lukeFolder(pairHead) : Promise.resolve(familyFolder(family)));
  folders.set(family, known);
  return known;
};
const output = mkdtempSync(join(tmpdir(), "relata-onnx-tasks-"));
afterAll(async () => {
  for (const folder of [output, ...(await Promise.all(folders.values()))])
    rmSync(folder, { recursive: true, force: true });
});

const relations = (task: object): object => ({ ...manifestFacts(labels).task, ...task });
const entities = (decoding: string): object => ({ name: "entities", decoding, types, gazetteer: null });

/** Opens an encoder with a new head, as a model whose relata.json has this task. */
async function opened(
  family: string,
  head: Head,
  task: object,
  { id2label = labels, levitated }: { id2label?: readonly string[]; levitated?: LevitatedMarkers | undefined } = {},
): Promise<OpenedFiles> {
  const files = await openCheckpoint(await folderOf(family), { head, id2label, seed: 3 });
  const facts = manifestFacts(id2label, { labels: { noRelationLabel: null, id2label }, maxLength: 28 });
  const manifest = { ...facts, version: 2, files: {}, task } as unknown as OpenedFiles["manifest"];
  const bare = { ...files, head, manifest };
  const markers = { hasTokens: false, levitated, types: ["TIME"] };
  const model = levitated && files.encoder.withMarkers ? files.encoder.withMarkers(bare, markers) : bare;
  // The width of a mention's state depends on the markers.
  const fresh = initializeWeights(head.parameters(model.config, id2label.length), { initializerRange: 0.1 }, 3);
  return { ...model, weights: new Map([...model.weights, ...fresh]) };
}

/** Texts with three mentions each, and the pairs between them. */
async function documents({ tokenizer }: OpenedFiles): Promise<Encoding[]> {
  const encodings: Encoding[] = [];
  for (const text of chosen) {
    const spans: TypedSpan[] = [
      { start: 0, end: 3, type: "PER" },
      { start: 4, end: 12, type: "TIME" },
      ...(text.length > 30 ? [{ start: 6, end: 20, type: "" }] : []),
    ];
    const pairs = spans.flatMap((_, i) => spans.flatMap((_, j) => (i === j ? [] : [[i, j] as const])));
    const { windows } = await encodeDocument(tokenizer, text, spans, pairs, { maxLength: 28 });
    encodings.push(...windows.slice(0, 1).map(({ encoding }) => encoding));
  }
  expect(encodings.length).toBeGreaterThan(2);
  return encodings;
}
const chosen = texts.filter(({ length }) => length > 12).slice(0, 5);

const bareTexts = ({ tokenizer }: OpenedFiles): Encoding[] =>
  chosen.flatMap((text) => encodeTokens(tokenizer, textTokens(tokenizer.words, text), 28).slice(0, 1));

/** The logits of predictions, text by text. */
async function predicted(model: OpenedFiles, head: Head, encodings: readonly Encoding[], width = labels.length) {
  const { encoder, config, tokenizer } = model;
  const shape = { encoder, config, head, numLabels: width };
  const names = classifierParameters(shape).flatMap(({ name }) => (model.weights.has(name) ? [name] : []));
  const own = new Map(names.map((name) => [name, model.weights.get(name)!]));
  const scorer = await PredictionSession.create(shape, own, tokenizer.padding, { intraOpNumThreads: 1 });
  const rows = await scorer.logits(encodings, { batchSize: 2 });
  await scorer.dispose();
  return rows;
}

async function exported(model: OpenedFiles, encodings: readonly Encoding[], name = "logits") {
  await writeOnnx(output, model, model.weights, {});
  const session = await openOnnx(output);
  const outputs = await runOnnx(session, encodings, model.tokenizer.padding);
  await session.release();
  return { ...outputs.get(name)!, inputs: session.inputNames };
}

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  let most = 0;
  for (const [i, value] of expected.entries()) most = Math.max(most, Math.abs(found[i]! - value));
  expect(most).toBeLessThan(1e-5);
  expect(new Set(expected.map((value) => value.toFixed(5))).size).toBeGreaterThan(3);
}

/** Compares the logits of each token, [batch, words, tags], without those of padding. */
function expectTags({ data, dims }: Awaited<ReturnType<typeof exported>>, rows: readonly Float32Array[]): void {
  const [, words, width] = dims as [number, number, number];
  const found = rows.flatMap((row, text) => [...data.subarray(text * words * width).subarray(0, row.length)]);
  expectClose(
    found,
    rows.flatMap((row) => [...row]),
  );
}

/** Compares the logits of the spans that predictions keep, in [batch, words, words, types]. */
function expectSpans({ data, dims }: Awaited<ReturnType<typeof exported>>, rows: readonly Float32Array[]): void {
  const [, words, , width] = dims as [number, number, number, number];
  const [found, expected]: [number[], number[]] = [[], []];
  for (const [text, row] of rows.entries())
    for (let i = 1; i < row.length; i += numbersPerSpan) {
      const [first, last, type, logit] = row.subarray(i, i + numbersPerSpan) as unknown as [
        number,
        number,
        number,
        number,
      ];
      expected.push(logit);
      found.push(data[((text * words + first) * words + last) * width + type]!);
    }
  expectClose(found, expected);
}

describe.each(families)("%s", (family) => {
  const isLuke = family === "luke";
  const flat = (rows: readonly Float32Array[]): number[] => rows.flatMap((row) => [...row]);

  test.each([
    ["every mention an entity, or levitated markers", all],
    ...(isLuke
      ? []
      : ([
          ["levitated markers that see their partner alone", { attention: "pair", state: "mean" }],
          ["the mean of a mention's words", undefined],
        ] as const)),
  ] as const)("documents, %s", async (_, levitated) => {
    const model = await opened(family, pairHead, relations({ encoding: "document" }), { levitated });
    const texts = await documents(model);
    const found = await exported(model, texts);
    expectClose(found.data, flat(await predicted(model, pairHead, texts)));
    expect(found.dims).toEqual([texts.reduce((sum, { pairs }) => sum + pairs.length, 0), labels.length]);
  });

  test.runIf(isLuke || family === "roberta")("pair features, in document and in pair encoding", async () => {
    const pairFeatures = "words+distance+product";
    const head = pairHeads[pairFeatures];
    const model = await opened(family, head, relations({ encoding: "document", pairFeatures }), { levitated: all });
    const texts = await documents(model);
    expectClose((await exported(model, texts)).data, flat(await predicted(model, head, texts)));

    const paired = await opened(family, head, relations({ encoding: "pair", pairFeatures }));
    const encodings: Encoding[] = [];
    for (const text of chosen) {
      const pair = { head: { start: 4, end: 12, type: "" }, tail: { start: 0, end: 3, type: "" } };
      const [result] = await encodePairs(paired.tokenizer, text, [pair], { maxLength: 28 });
      if ("encoding" in result!) encodings.push(result.encoding);
    }
    const found = await exported(paired, encodings);
    expectClose(found.data, flat(await predicted(paired, head, encodings)));
    expect(found.dims).toEqual([encodings.length, labels.length]);
  });

  test("flat and nested entities", async () => {
    const flatModel = await opened(family, tokenHead, entities("flat"), { id2label: tags });
    const texts = bareTexts(flatModel);
    const found = await exported(flatModel, texts);
    expect(found.inputs).toEqual(["input_ids", "attention_mask"]);
    expectTags(found, await predicted(flatModel, tokenHead, texts, tags.length));

    const nested = await opened(family, biaffineHead, entities("nested"), { id2label: types });
    expectSpans(await exported(nested, texts), await predicted(nested, biaffineHead, texts, types.length));
  });

  test.each(["flat", "nested"] as const)("two heads, %s", async (decoding) => {
    const ofEntities = decoding === "flat" ? withOwnNames(tokenHead) : biaffineHead;
    const classes = decoding === "flat" ? tags.length : types.length;
    const head = jointHead({ pairs: pairHead, labels: labels.length, entities: ofEntities, classes });
    const task = { name: "both", relations: relations({ encoding: "document" }), entities: entities(decoding) };
    const model = await opened(family, head, task, { levitated: all });
    const texts = await documents(model);
    const ofPairs = await exported(model, texts, "relation_logits");
    expectClose(ofPairs.data, flat(await predicted(model, pairHead, texts)));

    // A bare text has one mention of padding, and no pair.
    const bare = bareTexts(model).map((encoding) => ({ ...encoding, fewestEntities: 1 }));
    const ofWords = await exported(model, bare, "entity_logits");
    const rows = await predicted(model, ofEntities, bareTexts(model), classes);
    expect(ofWords.inputs).toEqual(ofPairs.inputs);
    if (decoding === "flat") expectTags(ofWords, rows);
    else expectSpans(ofWords, rows);
  });
});

test("spans of LukeForEntitySpanClassification", async () => {
  const model = await opened("luke", spanHead, { name: "entity-typing" });
  const encodings: Encoding[] = [];
  for (const text of chosen) {
    const spans = [{ start: 0, end: 3 }, { start: 4, end: 12 }]; // prettier-ignore
    const result = await encodeSpans(model.tokenizer, text, spans, { maxLength: 28 });
    if ("encoding" in result) encodings.push(result.encoding);
  }
  const found = await exported(model, encodings);
  expect(found.dims).toEqual([encodings.length, 2, labels.length]);
  expectClose(
    found.data,
    (await predicted(model, spanHead, encodings)).flatMap((row) => [...row]),
  );
});

test("model.onnx.json describes the graph, and how its logits become answers", async () => {
  const task = { name: "both", relations: relations({ encoding: "document" }), entities: entities("flat") };
  const head = jointHead({ pairs: pairHead, labels: 3, entities: withOwnNames(tokenHead), classes: 5 });
  const model = await opened("bert", head, task, { levitated: all });
  const folder = newFolder();
  await writeOnnx(folder, model, model.weights, { pairs: 6 });
  const facts = JSON.parse(readFileSync(join(folder, "model.onnx.json"), "utf8"));
  const session = await openOnnx(folder);
  for (const [name, metadata] of [
    ["inputs", session.inputMetadata],
    ["outputs", session.outputMetadata],
  ] as const)
    // prettier-ignore
    expect(facts[name].map(({ name, shape }: { name: string; shape: unknown }) => [name, shape])).toEqual(
      metadata.map((value) => [value.name, value.isTensor && value.shape]),
    );
  await session.release();
  expect(facts.inputs.map(({ name }: { name: string }) => name)).toEqual([
    "input_ids",
    "attention_mask",
    "entity_ids",
    "entity_attention_mask",
    "entity_position_ids",
    "pairs",
  ]);
  expect(facts.inputs.at(-1).shape).toEqual([6, 2]);
  const idOf = (type: string): number => model.tokenizer.entities.ofType(type);
  expect(facts.entities).toEqual({ pad: 0, ofType: { "": idOf(""), TIME: idOf("TIME") } });
  expect(facts.answers.relations).toMatchObject({ encoding: "document", calibration: null });
  expect(facts.answers.entities).toEqual({ decoding: "flat", labels: tags });
  const { cls, sep, pad } = model.tokenizer.words.specialTokenIds;
  expect(facts).toMatchObject({ task: "both", labels, maxLength: 28, tokens: { cls, sep, pad } });
});
