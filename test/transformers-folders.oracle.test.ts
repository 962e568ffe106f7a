// Folders that transformers wrote, in each form, open here and answer the same.
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { openSchema } from "../src/corpus/schema.ts";
import type { RelationsLearned } from "../src/model/tasks/relations/learned.ts";
import { openModel } from "../src/model/predictor.ts";
import { predict } from "../src/run/predict.ts";

interface Answers {
  versions: Record<string, string>;
  labels: string[];
  cases: {
    text: string;
    spans: [number, number][];
    pairs: { pair: [number, number]; logits: number[] }[];
    mlukePairs: { pair: [number, number]; logits: number[] }[];
    entities: number[][];
    mentions: number[][];
  }[];
}

const folders = fileURLToPath(new URL("oracle/luke-folders/", import.meta.url));
const mlukeTokenizer = fileURLToPath(new URL("oracle/tiny-mluke-vocab/", import.meta.url));
const { versions, labels, cases } = JSON.parse(readFileSync(`${folders}answers.json`, "utf8")) as Answers;
const place = mkdtempSync(join(tmpdir(), "relata-folders-"));
afterAll(() => rmSync(place, { recursive: true }));

/** A folder as transformers leaves it: model and tokenizer side by side. */
function assemble(name: string, tokenizer: string = join(folders, "tokenizer")): string {
  cpSync(join(folders, name), join(place, name), { recursive: true });
  cpSync(tokenizer, join(place, name), { recursive: true });
  return join(place, name);
}

const softmax = (logits: number[]): number[] => {
  const powers = logits.map(Math.exp);
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
};

function expectSame(found: Readonly<Record<string, number>> | undefined, logits: number[]): void {
  for (const [i, probability] of softmax(logits).entries())
    expect(Math.abs(found![labels[i]!]! - probability)).toBeLessThan(1e-5);
}

const inputs = cases.map(({ text, spans }) => ({ text, entities: spans.map(([start, end]) => ({ start, end })) }));
const config = { relationsOnly: false, batchSize: 64, dtype: "float32" as const, device: "cpu" as const, threads: 1 };

describe(`as transformers ${versions["transformers"]}`, () => {
  test.each(["pair-safetensors", "pair-bin", "pair-sharded"])("%s", async (name) => {
    const model = await openModel(assemble(name), { intraOpNumThreads: 1 });
    if (model.kind !== "pair") throw new Error(`opened as ${model.kind}`);
    expect((model.learned as RelationsLearned).schema).toEqual(
      openSchema({ noRelationLabel: "no_relation", id2label: labels }),
    );
    expect(model.notes).toContain("of 8 entities, the 4 special ones are read; no answer depends on the others");
    const results = await predict(model, inputs, config);
    for (const [i, { pairs }] of cases.entries()) {
      for (const { pair, logits } of pairs) {
        const found = results[i]!.relations.find(({ head, tail }) => head === pair[0] && tail === pair[1]);
        expectSame(found?.probabilities, logits);
      }
    }
    await model.dispose();
  });

  test("mluke-pair, without entity-aware attention, entities numbered as in its file", async () => {
    const model = await openModel(assemble("mluke-pair", mlukeTokenizer), { intraOpNumThreads: 1 });
    if (model.kind !== "pair") throw new Error(`opened as ${model.kind}`);
    const results = await predict(model, inputs, config);
    for (const [i, { mlukePairs }] of cases.entries()) {
      for (const { pair, logits } of mlukePairs) {
        const found = results[i]!.relations.find(({ head, tail }) => head === pair[0] && tail === pair[1]);
        expectSame(found?.probabilities, logits);
      }
    }
    await model.dispose();
  });

  test.each([
    ["entity", "entities"],
    ["span", "mentions"],
  ] as const)("%s", async (name, answers) => {
    const model = await openModel(assemble(name), { intraOpNumThreads: 1 });
    if (model.kind === "pair") throw new Error("opened as a classifier of pairs");
    const results = await predict(model, inputs, config);
    for (const [i, expected] of cases.entries()) {
      for (const [k, logits] of expected[answers].entries()) expectSame(results[i]!.entities[k]!.probabilities, logits);
    }
    await model.dispose();
  });
});
