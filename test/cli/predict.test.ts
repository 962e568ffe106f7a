// A trained model at work, from its folder alone: relata evaluate and relata predict.
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  exampleDocuments,
  jsonLines,
  parseJsonLines,
  relata,
  trainModel,
  Workplace,
  type CliOptions,
  type CliResult,
} from "../support/run-cli.ts";

interface Prediction {
  id?: string;
  text: string;
  entities: { start: number; end: number; type: string; text: string }[];
  relations: {
    head: number;
    tail: number;
    label: string;
    probability: number;
    probabilities: Record<string, number>;
  }[];
}

const place = new Workplace();
const elsewhere = place.path("elsewhere");
const documents = exampleDocuments(3);
/** The predictions for the texts of `documents`, read from a file. */
let answer: CliResult;

beforeAll(async () => {
  const data = place.examples("annotations.jsonlines", 6);
  // The one step has a learning rate of 0: random weights answer with several labels, where two steps say NO_REL only.
  await trainModel(data, place.path("model"), ["--max-steps", "1"]);
  mkdirSync(elsewhere);
  renameSync(place.path("model"), `${elsewhere}/modèle copié`);
  rmSync(data);
  answer = await predict([place.file("texts.jsonl", jsonLines(inputs))]);
});
afterAll(() => place.remove());

const predict = (args: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
  relata(["predict", "modèle copié", "--threads", "1", ...args], { cwd: elsewhere, ...options });

const inputs = documents.map(({ item, annotation }) => ({
  id: item.uuid,
  text: item.data.text!,
  entities: annotation.ner.Entities.entities.map(({ value, start_char, end_char }) => ({
    start: start_char,
    end: end_char,
    type: value,
  })),
}));
const orderedPairs = (count: number): [number, number][] =>
  Array.from({ length: count }, (_, head) => head).flatMap((head) =>
    Array.from({ length: count }, (_, tail) => tail).flatMap((tail): [number, number][] =>
      head === tail ? [] : [[head, tail]],
    ),
  );
const pairsOf = ({ relations }: Pick<Prediction, "relations">): [number, number][] =>
  relations.map(({ head, tail }) => [head, tail]);

describe("one text by flags", () => {
  const text = ["--text", "I read the document of 2002 today."];
  const json = async (...spans: string[]): Promise<Prediction> => {
    const { code, stdout, stderr } = await predict([...text, "--json", ...spans.flatMap((span) => ["--span", span])]);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Prediction;
  };

  test("two spans ask for the first as head, the second as tail", async () => {
    const prediction = await json("2:6:VERB", "0:1:SUBJ");
    expect(prediction.entities).toEqual([
      { start: 2, end: 6, type: "VERB", text: "read" },
      { start: 0, end: 1, type: "SUBJ", text: "I" },
    ]);
    expect(pairsOf(prediction)).toEqual([[0, 1]]);
    const [{ label, probability, probabilities }] = prediction.relations as [Prediction["relations"][number]];
    expect(Object.values(probabilities).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    expect(probabilities[label]).toBe(probability);
  });

  test("three spans ask for every ordered pair", async () => {
    expect(pairsOf(await json("0:1", "2:6", "7:19"))).toEqual(orderedPairs(3));
  });

  test("without --json there is a line to read", async () => {
    const { code, stdout, stderr } = await predict([...text, "--span", "0:1", "--span", "2:6"]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^I → read: {2}\w+ 0\.\d{3} {3}\(\w+ 0\.\d{3}, \w+ 0\.\d{3}\)\n$/);
  });
});

describe("JSON Lines", () => {
  test("give JSON Lines in the same order, every ordered pair of each text", () => {
    expect(answer).toMatchObject({ code: 0, stderr: expect.stringMatching(/^3 texts in /) as string });
    const predictions = parseJsonLines<Prediction>(answer.stdout);
    expect(predictions.map(({ id }) => id)).toEqual(inputs.map(({ id }) => id));
    for (const { text, entities, relations } of predictions) {
      expect(entities.map(({ start, end }) => text.slice(start, end))).toEqual(entities.map(({ text }) => text));
      expect(pairsOf({ relations })).toEqual(orderedPairs(entities.length));
    }
  });

  test("come from standard input too, which takes what predict has written", async () => {
    expect((await predict(["-"], { input: answer.stdout })).stdout).toBe(answer.stdout);
  });

  test("take spans as [start, end], the pairs that are wanted, and blank lines", async () => {
    const line = '{"text": "I go", "entities": [[0, 1], [2, 4]], "pairs": [[1, 0]]}';
    const { code, stdout, stderr } = await predict(["-"], { input: `\n${line}\n\n` });
    expect(code, stderr).toBe(0);
    const [prediction] = parseJsonLines<Prediction>(stdout);
    expect(prediction!.entities.map(({ text }) => text)).toEqual(["I", "go"]);
    expect(pairsOf(prediction!)).toEqual([[1, 0]]);
  });

  test("a reader that has seen enough ends it quietly", async () => {
    const many = place.file("many.jsonl", '{"text": "I go", "entities": [[0, 1], [2, 4]]}\n'.repeat(2000));
    const { code, stdout, stderr } = await predict([many], { stopReading: true });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n").length).toBeLessThan(2000);
  });
});

test("evaluate counts what predict answers: every ordered pair of every text", async () => {
  const gold = place.file("gold.jsonlines", jsonLines(documents));
  const evaluated = await relata(["evaluate", "modèle copié", gold, "--threads", "1", "--json"], { cwd: elsewhere });
  expect(evaluated.code).toBe(0);
  expect(evaluated.stdout.trimEnd().split("\n")).toHaveLength(1);
  const { scores } = JSON.parse(evaluated.stdout) as { scores: { count: number; accuracy: number } };

  const isRight = parseJsonLines<Prediction>(answer.stdout).flatMap(({ relations }, i) => {
    const { Entities, relations: annotated } = documents[i]!.annotation.ner;
    const id = (position: number): number => Entities.entities[position]!.ent_id;
    return relations.map(({ head, tail, label }) => {
      const found = annotated.find(({ src, dest }) => src === id(head) && dest === id(tail));
      return label === (found?.label ?? "NO_REL");
    });
  });
  expect(scores.count).toBe(isRight.length);
  expect(scores.accuracy).toBeCloseTo(isRight.filter(Boolean).length / isRight.length, 12);
});
