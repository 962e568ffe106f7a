// Predictions of a document-encoded model for texts at the limits of what a text can be.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { predictConfig, trainConfig } from "../src/config.ts";
import { openModel, type Predictor } from "../src/model/predictor.ts";
import type { DocumentPrediction } from "../src/model/tasks/prediction.ts";
import type { RelationsLearned } from "../src/model/tasks/relations/learned.ts";
import { predictionNotices } from "../src/model/tasks/prediction-notices.ts";
import type { PredictionInput } from "../src/model/tasks/prediction-input.ts";
import { predict } from "../src/run/predict.ts";
import { train } from "../src/recipes/train.ts";

const place = mkdtempSync(join(tmpdir(), "relata-document-"));
const config = predictConfig.parse({ threads: 1 });
let model: Predictor;

/** Mentions by their surface; relations by position. */
const line = (text: string, mentions: readonly [string, string][], relations: readonly [number, number, string][]) => ({
  text,
  entities: mentions.map(([surface, type]) => {
    const start = text.indexOf(surface);
    return { start, end: start + surface.length, type };
  }),
  relations: relations.map(([head, tail, label]) => ({ head, tail, label })),
});
const lines = ["Anna", "Ben", "Carla", "Dina", "Emil"].map((name) =>
  line(
    `${name} wrote a letter today`,
    [
      [name, "SUBJ"],
      ["wrote", "VERB"],
      ["a letter", "OBJ"],
      ["today", "TIME"],
    ],
    [
      [0, 1, "WHO_DO"],
      [1, 2, "DO_WHAT"],
    ],
  ),
);

beforeAll(async () => {
  const data = join(place, "letters.jsonl");
  writeFileSync(data, lines.map((one) => `${JSON.stringify(one)}\n`).join(""));
  const output = join(place, "model");
  const settings = { output, encoding: "document", maxSteps: 1, vocabSize: 300, threads: 1, calibration: "no" };
  const run = train([data], trainConfig.parse(settings));
  while (!(await run.next()).done);
  model = await openModel(output, { intraOpNumThreads: 1 });
});
afterAll(async () => {
  await model.dispose();
  rmSync(place, { recursive: true });
});

/** A prediction in which every pair has either probabilities or a reason. */
async function predictOne(input: PredictionInput, maxLength: number = model.maxLength): Promise<DocumentPrediction> {
  const [prediction] = await predict({ ...model, maxLength }, [input], config);
  for (const { label, probability, probabilities, unscored } of prediction!.relations) {
    if (unscored !== undefined) {
      expect({ label, probability, probabilities }).toEqual({ label: "NO_REL", probability: 0, probabilities: {} });
      continue;
    }
    const values = Object.values(probabilities);
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) - 1)).toBeLessThan(1e-5);
    expect(probability).toBe(Math.max(...values));
    expect(probability).toBe(probabilities[label]);
  }
  return prediction!;
}

/** `count` mentions of one word each. */
const many = (count: number, type: (i: number) => string): PredictionInput => ({
  text: "a ".repeat(count).trim(),
  entities: Array.from({ length: count }, (_, i) => ({ start: 2 * i, end: 2 * i + 1, type: type(i) })),
});

describe("a text", () => {
  test("without entities, or with one, has no pairs", async () => {
    for (const count of [0, 1]) expect((await predictOne(many(count, () => "SUBJ"))).relations).toEqual([]);
  });

  test("with 300 entities has 89700 pairs, read at once", async () => {
    const { relations } = await predictOne(many(300, () => ""));
    expect(relations).toHaveLength(300 * 299);
    expect(relations.filter(({ unscored }) => unscored !== undefined)).toEqual([]);
  });

  test("read in windows has the same pairs; those too far apart say so", async () => {
    const { relations } = await predictOne(
      many(90, () => ""),
      32,
    );
    expect(relations).toHaveLength(90 * 89);
    const scored = relations.filter(({ unscored }) => unscored === undefined);
    // A mention has one token, and 30 fit beside <s> and </s>.
    expect(scored).toEqual(relations.filter(({ head, tail }) => Math.abs(head - tail) < 30));
    expect(relations[88]!.unscored).toBe(
      "the two mentions are 90 tokens apart, from the first token to the last, and 30 fit (a maximum length of 32 less <s> and </s>)",
    );
  });

  test("with entities of one span has their pairs, all alike", async () => {
    const entities = Array.from({ length: 5 }, () => ({ start: 0, end: 4 }));
    const { relations } = await predictOne({ text: "Anna wrote", entities });
    expect(relations).toHaveLength(20);
    expect(new Set(relations.map(({ probability }) => probability.toFixed(5))).size).toBe(1);
  });

  test("with an entity longer than a window has the pairs of the others", async () => {
    const text = `Anna wrote ${"a b c d e f g h ".repeat(10)}today`;
    const spans = [
      [0, 4],
      [5, 10],
      [11, text.length - 6],
      [text.length - 5, text.length],
    ] as const;
    const { relations } = await predictOne({ text, entities: spans.map(([start, end]) => ({ start, end })) }, 48);
    const reasons = relations.map(({ head, tail, unscored }) => `${head} ${tail} ${unscored ?? "scored"}`);
    expect(reasons.filter((reason) => reason.endsWith("scored"))).toEqual(["0 1 scored", "1 0 scored"]);
    expect(relations).toHaveLength(12);
    expect(reasons[1]).toMatch(
      /^0 2 the two mentions are \d+ tokens apart, from the first token to the last, and 46 fit/,
    );
  });
});

test("pairs whose types no relation joins are left out, unless they are asked for", async () => {
  const input: PredictionInput = many(3, (i) => ["SUBJ", "VERB", "OBJ"][i]!);
  const pairs = ({ relations }: DocumentPrediction): string[] => relations.map(({ head, tail }) => `${head} ${tail}`);
  expect(pairs(await predictOne(input))).toEqual(["0 1", "1 2"]);
  const asked = await predictOne({
    ...input,
    pairs: [
      [2, 0],
      [0, 1],
    ],
  });
  expect(pairs(asked)).toEqual(["2 0", "0 1"]);
  expect(asked.relations[0]).toMatchObject({
    label: "NO_REL",
    probabilities: { NO_REL: 1, WHO_DO: 0, DO_WHAT: 0 },
    ruledOut: "no relation of the schema joins OBJ to SUBJ",
  });
  expect(asked.relations[1]!.ruledOut).toBeUndefined();
  expect(predictionNotices(answerFacts, asked, "--text")).toEqual([
    {
      code: "pair-ruled-out",
      message: "pairs that no relation of the model joins by their types, which it was not asked about",
      count: 1,
      total: 2,
      locations: [{ file: "--text", detail: '"a" → "a": no relation of the schema joins OBJ to SUBJ' }],
    },
  ]);
});

const answerFacts = { kind: "pair", finds: false, noRelationLabel: "NO_REL", shownTypes: undefined } as const;

describe("a symmetric relation", () => {
  /** The model with a symmetric DO_WHAT, saying these probabilities of NO_REL, DO_WHAT and WHO_DO. */
  const answering = (rows: readonly (readonly number[])[], maxPairs?: number): Predictor => ({
    ...model,
    learned: {
      ...model.learned,
      decoding: {
        noRelationLabel: "NO_REL",
        id2label: ["NO_REL", "DO_WHAT", "WHO_DO"],
        multiLabel: false,
        rules: new Map([["DO_WHAT", { count: 0, types: null, symmetric: true, inverse: null }]]),
      },
      bounds: { maxPairs },
    } as unknown as RelationsLearned,
    session: {
      logits: (encodings: readonly unknown[]) =>
        Promise.resolve(encodings.length > 0 ? [Float32Array.from(rows.flat(), Math.log)] : []),
    } as unknown as Predictor["session"],
  });
  // The first entity is the second in the text.
  const input: PredictionInput = {
    text: "Anna wrote",
    entities: [
      { start: 5, end: 10 },
      { start: 0, end: 4 },
    ],
  };
  const answers = async (model: Predictor, more: Partial<PredictionInput> = {}): Promise<string[]> => {
    const [prediction] = await predict(model, [{ ...input, ...more }], config);
    return prediction!.relations.map(({ head, tail, label }) => `${head} ${tail} ${label}`);
  };
  const symmetric = [0.1, 0.8, 0.1];

  test("of both directions stands once, from the entity that is first in the text", async () => {
    expect(await answers(answering([symmetric, symmetric]))).toEqual(["1 0 DO_WHAT"]);
  });

  test("stands where the other direction says something else, is not scored, or is asked for too", async () => {
    expect(
      await answers(
        answering([
          [0.15, 0.7, 0.15],
          [0.05, 0.1, 0.85],
        ]),
      ),
    ).toEqual(["0 1 DO_WHAT", "1 0 WHO_DO"]);
    expect(await answers(answering([symmetric], 1))).toEqual(["0 1 DO_WHAT"]);
    const pairs = [
      [0, 1],
      [1, 0],
    ] as const;
    expect(await answers(answering([symmetric, symmetric]), { pairs })).toEqual(["0 1 DO_WHAT", "1 0 DO_WHAT"]);
  });
});

describe("a text of thousands of entities", () => {
  const crowd = (words: number): PredictionInput => ({
    id: "crowd",
    text: "Anna ".repeat(words),
    entities: Array.from({ length: words }, (_, i) => ({
      start: 5 * i,
      end: 5 * i + 4,
      type: i % 2 ? "VERB" : "SUBJ",
    })),
  });

  test("is refused before it is encoded where memory cannot hold its pairs, with their count and what fits", async () => {
    const failure = await predict(model, [crowd(30_000)], config).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "TooManyPairsError", exitCode: 65, pairs: 225_000_000 });
    const { message } = failure as Error;
    expect(message).toMatch(/^Cannot score 225,000,000 pairs of entities: they take about \d+\.\d GiB of memory/);
    expect(message).toContain("the text crowd: 30,000 entities");
    expect(message).toMatch(/--max-pairs \d+ fits here/);
  });

  test("has its nearest pairs scored, as many as --max-pairs says, and the others counted", async () => {
    const [prediction] = await predict(model, [crowd(3000)], { ...config, maxPairs: 20 });
    expect(prediction!.relations).toHaveLength(20);
    expect(prediction!.relations.every(({ head, tail }) => Math.abs(head - tail) === 1)).toBe(true);
    expect(prediction!.unscoredPairs).toBe(1500 * 1500 - 20);
  });
});
