// relata-mini reads texts as the tokenizer of multilingual-e5-small does, and answers as LukeModel of transformers does.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { PredictionSession } from "./support/luke.ts";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { encodeDocument } from "../src/tokenization/inputs/document-encoding.ts";

interface Answers {
  versions: Record<string, string>;
  states: { text: string; spans: [start: number, end: number][]; states: number[][] }[];
  pieces: { text: string; pieces: string[] }[];
}

const folder = fileURLToPath(new URL("../models/relata-mini", import.meta.url));
const stored = gunzipSync(readFileSync(new URL("oracle/relata-mini.json.gz", import.meta.url))).toString("utf8");
const { versions, states, pieces } = JSON.parse(stored) as Answers;
const hidden = 384;

test(`pieces of ${pieces.length} texts are those of tokenizers ${versions["tokenizers"]}, states those of transformers`, async () => {
  // A classifier that hands on the states of head and tail as they are.
  const id2label = Array.from({ length: 2 * hidden }, (_, i) => `${i}`);
  const { config, head, tokenizer, weights } = await openCheckpoint(folder, { id2label, complete: true });
  const { words, padding } = tokenizer;

  const differing = pieces.filter(({ text, pieces: expected }) => {
    // `<unk>` stands for whatever was not known.
    const found = words.encode(text).map((id) => (id === words.specialTokenIds.unk ? "?" : words.decode([id])));
    const theirs = expected.map((piece) => piece.replaceAll("▁", " "));
    return found.length !== theirs.length || found.some((piece, i) => piece !== "?" && piece !== theirs[i]);
  });
  expect(differing).toEqual([]);

  const identity = new Float32Array(4 * hidden * hidden);
  for (let i = 0; i < 2 * hidden; i++) identity[i * 2 * hidden + i] = 1;
  weights.set("classifier.weight", { shape: [2 * hidden, 2 * hidden], data: identity });
  const session = await PredictionSession.create(config, 2 * hidden, weights, padding, { head, intraOpNumThreads: 1 });
  for (const { text, spans, states: expected } of states) {
    const entities = spans.map(([start, end]) => ({ start, end, type: "" }));
    const pairs = spans.map((_, i) => [i, (i + 1) % spans.length] as const);
    const { windows } = await encodeDocument(tokenizer, text, entities, pairs);
    const [rows] = await session.logits([windows[0]!.encoding], { batchSize: 1 });
    for (const [entity, row] of expected.entries())
      for (const [k, value] of row.entries())
        expect(Math.abs(rows![entity * 2 * hidden + k]! - value)).toBeLessThan(1e-5);
  }
  await session.dispose();
});
