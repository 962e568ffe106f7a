// Three parts of the documents: the validation part chooses the checkpoint, the test part is scored once, at the end.
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { evaluateConfig, trainConfig, type TrainOptions } from "../src/config.ts";
import { splitDocuments } from "../src/corpus/split.ts";
import { formatNotice } from "../src/corpus/notices.ts";
import { readCorpus } from "../src/formats/read.ts";
import { drain } from "../src/generators.ts";
import { evaluate } from "../src/recipes/evaluate.ts";
import { train as training, type TrainEvent, type TrainResult } from "../src/recipes/train.ts";
import { jsonLines, Workplace } from "./support/run-cli.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 20);
afterAll(() => place.remove());

const quick = { model: "luke-mini", vocabSize: 300, threads: 1, evalSteps: 1, seed: 1 } as const;
const run = async (name: string, options: Omit<TrainOptions, "output">, onEvent?: (event: TrainEvent) => void) =>
  drain(training([data], trainConfig.parse({ ...quick, ...options, output: place.path(name) })), (event) =>
    onEvent?.(event),
  );
const read = (path: string): string => readFileSync(place.path(path), "utf8");
const sentences = ({ parts }: TrainResult): string => `${parts.part}, ${parts.documents} documents`;

test("the figures are those of relata evaluate on the test part, with the weights that the validation part chose", async () => {
  const types: string[] = [];
  // Steps of this size make the model worse, so that the best checkpoint is not the last.
  const options = { validationSize: 0.2, maxSteps: 6, learningRate: 0.3, metric: "loss" } as const;
  const result = await run("model", options, ({ type }) => types.push(type));
  expect(result.keptStep).toBeLessThan(result.steps);
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

test("parts that are given are used whole, and a label that training does not know is a miss", async () => {
  const documents = (await readCorpus([data])).documents;
  const renamed = documents.slice(0, 3).map((document) => ({
    ...document,
    relations: document.relations.map((relation, i) => (i === 0 ? { ...relation, label: "UNHEARD" } : relation)),
  }));
  const [train, dev, held] = [
    place.file("train.jsonl", jsonLines(documents.slice(6))),
    place.file("dev.jsonl", jsonLines(documents.slice(3, 6))),
    place.file("held.jsonl", jsonLines(renamed)),
  ];
  const notices: string[] = [];
  const settings = { ...quick, maxSteps: 2, validation: dev, test: held, output: place.path("given") };
  const result = await drain(training([train], trainConfig.parse(settings)), (event) => {
    if (event.type === "data") notices.push(...event.notices.map(formatNotice));
  });
  expect(result.parts).toMatchObject({ part: "test", documents: 3, validationDocuments: 3 });
  expect(notices.join("\n")).toMatch(
    /a label that the model was not trained with, counted as misses: 3 of \d+ .*"UNHEARD"/,
  );

  const { evaluation } = await drain(evaluate(place.path("given"), [held], evaluateConfig.parse({ threads: 1 })));
  expect(evaluation.scores).toEqual(result.evaluation.scores);
  expect(result.evaluation.scores.perLabel.find(({ label }) => label === "UNHEARD")).toMatchObject({
    support: 3,
    f1: 0,
  });

  const manifest = JSON.parse(read("given/relata.json")) as { data: object[]; settings: object; labels: object };
  expect(manifest.settings).toMatchObject({ validation: "dev.jsonl", test: "held.jsonl" });
  expect(manifest.data).toMatchObject([
    { path: "train.jsonl", documents: 14 },
    { path: "dev.jsonl", part: "validation" },
    { path: "held.jsonl", part: "test" },
  ]);
  expect(JSON.stringify(manifest.labels)).not.toContain("UNHEARD");
  const card = read("given/README.md");
  expect(card).toContain("relata train train.jsonl");
  expect(card).toMatch(/--validation dev\.jsonl.*--test held\.jsonl/);
  expect(JSON.parse(read("given/metrics.json"))).toMatchObject({
    parts: { part: "test" },
    comparison: { documents: 3 },
  });
});

test("a document that is in two parts is reported before training", async () => {
  const documents = (await readCorpus([data])).documents;
  const held = place.file("leak.jsonl", jsonLines(documents.slice(0, 2)));
  const messages: string[] = [];
  await run("leak", { maxSteps: 1, test: held }, (event) => {
    if (event.type === "data") messages.push(...event.notices.map(formatNotice));
  });
  expect(messages.join("\n")).toMatch(/held-out documents with the text of one of another part.*: 2 of \d+/);
});
