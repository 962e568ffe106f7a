// Explanations of answers: scores of words against finite differences of the model itself, for each way of reading.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { trainConfig, type TrainOptions } from "../src/config.ts";
import { Attributor } from "../src/model/attribution.ts";
import { beginCheckpoint } from "../src/model/checkpoint.ts";
import { openModel } from "../src/model/predictor.ts";
import { encodeExamples } from "../src/model/tasks/relations/encode.ts";
import type { RelationsLearned } from "../src/model/tasks/relations/learned.ts";
import { train } from "../src/recipes/train.ts";
import { cpu } from "../src/runtime/cpu.ts";
import { alignedTokens } from "../src/tokenization/inputs/aligned-tokens.ts";
import { familyFolder } from "./support/encoder-families.ts";

const place = mkdtempSync(join(tmpdir(), "relata-explain-"));
afterAll(() => rmSync(place, { recursive: true }));

const text = "Anna wrote a letter to Émile today";
const mention = (surface: string, type: string): { start: number; end: number; type: string } => ({
  start: text.indexOf(surface),
  end: text.indexOf(surface) + surface.length,
  type,
});
const input = { text, entities: [mention("Anna", "PER"), mention("a letter", "OBJ"), mention("Émile", "PER")] };
const line = (id: number): string =>
  `${JSON.stringify({ id: `d${id}`, ...input, text: `${text} ${id}`, relations: [{ head: 0, tail: 1 + (id % 2), label: id % 2 ? "for" : "did" }] })}\n`;
const data = join(place, "letters.jsonl");
writeFileSync(data, Array.from({ length: 8 }, (_, id) => line(id)).join(""));

async function trained(name: string, options: Partial<TrainOptions>): Promise<string> {
  const output = join(place, name);
  const run = train([data], trainConfig.parse({ output, maxSteps: 4, learningRate: 0.01, threads: 1, ...options }));
  while (!(await run.next()).done);
  return output;
}

const bert = fileURLToPath(new URL("oracle/token-classification/bert", import.meta.url));
const [modernbert, deberta] = [familyFolder("modernbert"), familyFolder("deberta-v2")];
afterAll(() => [modernbert, deberta].forEach((folder) => rmSync(folder, { recursive: true })));
const scratch = { model: "luke-mini", vocabSize: 300 } as const;
const readings: [string, Partial<TrainOptions>][] = [
  ["luke in document encoding", { ...scratch, encoding: "document", pairFeatures: "words+distance+product" }],
  ["luke with typed markers", { ...scratch, encoding: "pair", markers: "typed" }],
  ["bert with levitated markers", { model: bert, encoding: "document" }],
  ["modernbert with plain markers", { model: modernbert, encoding: "pair" }],
  ["deberta with plain markers", { model: deberta, encoding: "pair" }],
];

describe.each(readings)("%s", (name, options) => {
  test("the score of a token is the derivative of the logits as its embedding grows", async () => {
    const folder = await trained(name.replaceAll(" ", "-"), options);
    const model = await openModel(folder, { intraOpNumThreads: 1 });
    const { encoding: reading, markers } = model.learned as RelationsLearned;
    const document = { id: "0", ...input, relations: [] };
    const pairs = [{ document, head: 0, tail: 2 }];
    const { texts } = await encodeExamples(model.tokenizer, pairs, {
      encoding: reading,
      markers,
      maxLength: model.maxLength,
    });
    const { encoding } = texts[0]!;
    const { encoder, config, head, id2label, weights, tokenizer } = await beginCheckpoint(folder);
    const values = await weights;
    const shape = { encoder, config, head, numLabels: id2label.length };
    const attributor = await Attributor.create(shape, values, tokenizer.padding, { device: cpu, intraOpNumThreads: 1 });
    const wanted = Float32Array.from(id2label, (_, id) => (id === 1 ? 1 : id === 0 ? -1 : 0));
    const { words } = await attributor.of(encoding, wanted);
    expect(Math.max(...words.map(Math.abs))).toBeGreaterThan(1e-4);

    const logitsSum = async (): Promise<number> => {
      const { logits } = await attributor.of(encoding, wanted);
      return wanted.reduce((sum, weight, i) => sum + weight * logits[i]!, 0);
    };
    const table = values.get(encoder.wordTable)!;
    const width = table.shape[1]!;
    const sumWith = async (id: number, factor: number): Promise<number> => {
      const row = table.data.subarray(id * width, (id + 1) * width);
      const before = row.slice();
      row.set(before.map((value) => value * factor));
      const sum = await logitsSum();
      row.set(before);
      return sum;
    };
    if (encoder.normalizesWords) {
      // Larger gains and biases make every normalized embedding longer by the same share.
      const gains = [...values].filter(([key]) => /embeddings\.(?:norm|LayerNorm)\.(?:weight|bias)$/.test(key));
      const sumOfLonger = async (factor: number): Promise<number> => {
        const before = gains.map(([, { data: numbers }]) => numbers.slice());
        for (const [, { data: numbers }] of gains) numbers.set(numbers.map((value) => value * factor));
        const sum = await logitsSum();
        for (const [i, [, { data: numbers }]] of gains.entries()) numbers.set(before[i]!);
        return sum;
      };
      const slope = ((await sumOfLonger(1.01)) - (await sumOfLonger(0.99))) / 0.02;
      const total = words.reduce((sum, score) => sum + score, 0);
      expect(Math.abs(total - slope) / Math.max(...words.map(Math.abs))).toBeLessThan(0.02);
      await attributor.dispose();
      await model.dispose();
      return;
    }
    const once = [...encoding.inputIds.keys()].filter(
      (i) => encoding.inputIds.filter((id) => id === encoding.inputIds[i]).length === 1,
    );
    expect(once.length).toBeGreaterThan(3);
    const [step, scale] = [0.02, Math.max(...words.map(Math.abs))];
    for (const i of once) {
      const id = encoding.inputIds[i]!;
      const slope = ((await sumWith(id, 1 + step)) - (await sumWith(id, 1 - step))) / (2 * step);
      expect(Math.abs(words[i]! - slope) / scale, `token ${i}`).toBeLessThan(0.02);
    }
    await attributor.dispose();
    await model.dispose();
  });

  test("each word has the sum of its tokens, and every score is accounted for", async () => {
    const model = await openModel(join(place, name.replaceAll(" ", "-")), { intraOpNumThreads: 1 });
    const explanation = await model.explain(input, { head: 0, tail: 2, label: "did" });
    expect(explanation).toMatchObject({ head: 0, tail: 2, label: "did", against: "NO_REL" });
    expect(explanation.words.map(({ text: word }) => word)).toEqual(text.split(" "));
    for (const { start, end, text: word } of explanation.words) expect(text.slice(start, end)).toBe(word);
    await expect(model.explain(input, { head: 0, tail: 2, label: "nobody" })).rejects.toThrow(
      'Cannot explain "nobody"',
    );
    await model.dispose();
  });
});

test("tokens are aligned with the text whatever stands between them", async () => {
  const model = await openModel(join(place, "luke-in-document-encoding"), { intraOpNumThreads: 1 });
  const { words } = model.tokenizer;
  const ids = words.encode("Anna wrote");
  const strange = words.specialTokenIds.cls;
  const places = alignedTokens(words, "Anna wrote", [], Int32Array.from([strange, ...ids, strange]));
  expect([places[0], places.at(-1)]).toEqual([undefined, undefined]);
  expect(places.slice(1, -1).every((one) => one !== undefined)).toBe(true);
  expect("Anna wrote".slice(places[1]!.start, places.at(-2)!.end)).toBe("Anna wrote");
  await model.dispose();
});
