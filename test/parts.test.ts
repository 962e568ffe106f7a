// Three parts of the documents: the validation part chooses the checkpoint, the test part is scored once, at the end.
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { evaluateConfig, trainConfig, type TrainOptions } from "../src/config.ts";
import { splitDocuments } from "../src/corpus/split.ts";
import { readCorpus } from "../src/formats/read.ts";
import { drain } from "../src/generators.ts";
import { evaluate } from "../src/recipes/evaluate.ts";
import { train, type TrainEvent, type TrainResult } from "../src/recipes/train.ts";
import { jsonLines, Workplace } from "./support/run-cli.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 20);
afterAll(() => place.remove());

const quick = { model: "luke-mini", vocabSize: 300, threads: 1, evalSteps: 1, seed: 1 } as const;
const run = async (name: string, options: Omit<TrainOptions, "output">, onEvent?: (event: TrainEvent) => void) =>
  drain(train([data], trainConfig.parse({ ...quick, ...options, output: place.path(name) })), (event) =>
    onEvent?.(event),
  );
const read = (path: string): string => readFileSync(place.path(path), "utf8");
const sentences = ({ parts }: TrainResult): string => `${parts.part}, ${parts.documents} documents`;

test("the figures are those of relata evaluate on the test part, with the weights that the validation part chose", async () => {
  const types: string[] = [];
  // Steps of this size make the model worse, so that the best checkpoint is not the last.
  const options = { validationSize: 0.2, maxSteps: 6, learningRate: 0.3, metric: "loss" } as const;
  const result = await run("model", options, ({ type }) => types.push(type));
  expect(result.bestStep).toBeLessThan(result.steps);
  expect(sentences(result)).toBe("test, 4 documents");
  expect(types.lastIndexOf("done")).toBeLessThan(types.indexOf("testing"));

  const { documents } = await readCorpus([data]);
  const held = splitDocuments(documents, { testSize: 0.2, seed: 1 }).test;
  const file = place.file("test.jsonl", jsonLines(held));
  const { evaluation } = await drain(evaluate(place.path("model"), [file], evaluateConfig.parse({ threads: 1 })));
  expect(evaluation.scores).toEqual(result.evaluation.scores);

  expect(JSON.parse(read("model/relata.json"))).toMatchObject({
    protocol: expect.stringContaining("test documents, scored once after training") as unknown,
    scores: { loss: result.evaluation.scores.loss },
  });
  expect(read("model/report.html")).toContain("Test part, 4 documents: touched once");
  expect(read("model/report.html")).toContain("12 training, 4 validation and 4 test documents");
  expect(read("model/README.md")).toContain("test documents, scored once after training");
});

test("few documents have two parts, and report and card say that the figures are optimistic", async () => {
  const result = await run("two", { maxSteps: 1 });
  expect(sentences(result)).toBe("validation, 4 documents");
  expect(read("two/report.html")).toContain("chose the checkpoint, so these figures are optimistic");
  expect(read("two/README.md")).toContain("validation documents, which also chose the checkpoint (macro_f1)");
});
