// The ONNX graph of an encoder of words reads input_ids, attention_mask and marker_positions.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { encodePairs } from "../tokenization/inputs/pair-encoding.ts";
import type { Encoding } from "../tokenization/inputs/encoding.ts";
import { familyFolder } from "../../test/support/encoder-families.ts";
import { openOnnx, runOnnx } from "../../test/support/onnx-runs.ts";
import { modelFolder, texts } from "../../test/support/word-encoders.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { writeOnnx } from "./export-onnx.ts";
import { pairHead } from "./heads/pair-head.ts";
import { PredictionSession } from "./prediction-session.ts";

const output = mkdtempSync(join(tmpdir(), "relata-onnx-"));
const folders = new Map([
  ...["bert", "roberta"].map((name) => [name, modelFolder(name)] as const),
  ...["distilbert", "deberta-v2", "modernbert", "mmbert"].map((name) => [name, familyFolder(name)] as const),
]);
const cases = [
  ...["bert", "roberta", "modernbert"].flatMap((name) =>
    (["plain", "typed", "tokens"] as const).map((markers) => ({ name, markers })),
  ),
  ...["distilbert", "deberta-v2", "mmbert"].map((name) => ({ name, markers: "typed" as const })),
];
afterAll(() => {
  for (const folder of [output, ...folders.values()]) rmSync(folder, { recursive: true });
});

test.each(cases)("$name, markers $markers: the logits of a prediction session", async ({ name, markers }) => {
  const opening = { head: pairHead, id2label: ["NONE", "A", "B"], seed: 3 };
  const opened = await openCheckpoint(folders.get(name)!, opening);
  const request = { hasTokens: true, levitated: undefined, types: [] };
  const model = markers === "tokens" ? opened.encoder.withMarkers!(opened, request) : opened;
  const encodings: Encoding[] = [];
  for (const text of texts.filter(({ length }) => length > 12).slice(0, 6)) {
    const pair = { head: { start: 0, end: 5, type: "SUBJ" }, tail: { start: 6, end: text.length, type: "TIME" } };
    const [result] = await encodePairs(model.tokenizer, text, [pair], { markers });
    if ("encoding" in result!) encodings.push(result.encoding);
  }
  expect(encodings.length).toBeGreaterThan(2);
  const shape = { encoder: model.encoder, config: model.config, head: pairHead, numLabels: 3 };
  const scorer = await PredictionSession.create(shape, model.weights, model.tokenizer.padding, {
    intraOpNumThreads: 1,
  });
  const expected = (await scorer.logits(encodings, { batchSize: 8 })).flatMap((rows) => [...rows]);
  await scorer.dispose();

  await writeOnnx(output, model, model.weights, {});
  const session = await openOnnx(output);
  expect(session.inputNames).toEqual(["input_ids", "attention_mask", "marker_positions"]);
  const { logits } = Object.fromEntries(await runOnnx(session, encodings, model.tokenizer.padding));
  await session.release();
  const found = [...logits!.data];
  expect(found).toEqual(expected.map((value) => expect.closeTo(value, 5)));
  expect(new Set(found.map((value) => value.toFixed(6))).size).toBeGreaterThan(3);
});
