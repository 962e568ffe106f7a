// Entities found in a text: from an annotation file to a folder, its scores, and the entities of texts that come without.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as Library from "../../src/index.ts";
import { exampleDocuments, jsonLines, parseJsonLines, relata, trainModel, Workplace } from "../support/run-cli.ts";

// As Node loads the package: its thread is a file of its own.
const { convertData, openModel, predictFiles, readCorpus } = createRequire(import.meta.url)("relata") as typeof Library;

const place = new Workplace();
const model = place.path("model");
const data = place.file("data.jsonlines", "");
const sentence = "Je voudrais une attestation de paiement pour 2022.";

let trained: Awaited<ReturnType<typeof relata>>;
let opened: Library.RelationModel;
beforeAll(async () => {
  const lines = exampleDocuments(24);
  // A text without entities and one with a single one are data too.
  lines[0]!.annotation.ner = { Entities: { entities: [] }, relations: [] };
  lines[1]!.annotation.ner.Entities.entities.length = 1;
  lines[1]!.annotation.ner.relations = [];
  place.file("data.jsonlines", jsonLines(lines));
  const settings = [
    "--max-steps",
    "30",
    "--batch-size",
    "4",
    "--eval-steps",
    "30",
    "--learning-rate",
    "5e-4",
    "--threads",
    "1",
    "--json",
  ];
  trained = await relata(["train", data, "--task", "entities", "--output", model, ...settings]);
  opened = await openModel(model, { threads: 1 });
});
afterAll(async () => {
  await opened.close();
  place.remove();
});

interface Scored {
  readonly scores: { readonly unit: string; readonly microF1: number; readonly count: number };
  readonly baselines: readonly { readonly name: string; readonly scores: { readonly microF1: number } }[];
}
interface Answer {
  readonly text: string;
  readonly entities: readonly { start: number; end: number; type: string; text: string; probability: number }[];
  readonly relations: readonly unknown[];
}

test("trains on all documents, and beats the gazetteer", () => {
  expect(trained.code, trained.stderr).toBe(0);
  expect(trained.stderr).toMatch(
    /19 training documents, 5 held out[^]*learns from \d+ training entities; scored on all \d+ held-out entities,/,
  );
  expect(trained.stderr).toMatch(/types, training \+ held out: OBJ \d+\+\d+/);
  const { scores, baselines } = JSON.parse(trained.stdout) as Scored;
  expect(scores.unit).toBe("entities");
  expect(baselines.map(({ name }) => name)).toEqual(["gazetteer"]);
  expect(scores.microF1).toBeGreaterThan(baselines[0]!.scores.microF1);
});

test("the folder is one of LukeForTokenClassification, and says what it is", async () => {
  const config = JSON.parse(readFileSync(join(model, "config.json"), "utf8")) as { id2label: object };
  expect(config).toMatchObject({ architectures: ["LukeForTokenClassification"], id2label: { 0: "O", 1: "B-OBJ" } });
  const manifest = JSON.parse(readFileSync(join(model, "relata.json"), "utf8")) as Record<string, unknown>;
  expect(manifest).toMatchObject({ task: { name: "entities", decoding: "flat" }, settings: { task: "entities" } });
  expect(manifest["settings"]).not.toHaveProperty("encoding");
  expect(JSON.stringify(manifest["task"])).not.toContain("attestation");
  const card = readFileSync(join(model, "README.md"), "utf8");
  expect(card).toContain("AutoModelForTokenClassification");
  expect(card).not.toContain("finds no entities");
  const verified = await relata(["model", "verify", model]);
  expect(verified.stdout).toContain("finds entities of");
});

test("is evaluated on other documents, with types that it does not know as misses", async () => {
  const [known, strange] = exampleDocuments(40).slice(-2);
  strange!.annotation.ner.Entities.entities[0]!.value = "PLANET";
  const file = place.file("other.jsonlines", jsonLines([known, strange]));
  const evaluated = await relata(["evaluate", model, file, "--json", "--threads", "1"]);
  expect(evaluated.code, evaluated.stderr).toBe(0);
  const { unknownLabels, scores } = JSON.parse(evaluated.stdout) as Scored & { unknownLabels: object[] };
  expect(unknownLabels).toMatchObject([{ label: "PLANET", count: 1 }]);
  expect(scores.count).toBe([known, strange].flatMap((line) => line!.annotation.ner.Entities.entities).length);
  expect(evaluated.stderr).toContain("the model does not know 1 label");
});

test("finds the entities of a text that is nothing but text", async () => {
  const { entities, relations } = await opened.predict({ text: sentence });
  expect(relations).toEqual([]);
  expect(entities.length).toBeGreaterThan(1);
  const table = await relata(["predict", model, "--text", sentence, "--threads", "1"]);
  for (const { start, end, text, type, probability } of entities) {
    expect(text).toBe(sentence.slice(start, end));
    expect(probability).toBeGreaterThan(0);
    expect(probability).toBeLessThanOrEqual(1);
    expect(table.stdout).toMatch(new RegExp(`${text}.*: +${type} 0\\.\\d+`));
  }
});

test("spans are refused, since the model finds them", async () => {
  const { code, stderr } = await relata(["predict", model, "--text", sentence, "--span", "0:2", "--threads", "1"]);
  expect(code).toBe(64);
  expect(stderr).toContain("--span does nothing here: the model finds the entities");
  await expect(opened.predict({ text: sentence, entities: [[0, 2]] })).rejects.toThrow(/Leave the given entities out/);
});

test("lines of text alone are answered, and the library needs no entities either", async () => {
  const texts = [sentence, "", "Anna read the contract of 2002 🎉 today"];
  const { code, stdout, stderr } = await relata(["predict", model, "-", "--threads", "1"], {
    input: jsonLines(texts.map((text) => ({ text }))),
  });
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/texts in which no entity was found: [1-3] of 3/);
  const answers = parseJsonLines<Answer>(stdout);
  expect([opened.kind, opened.finds, opened.labels]).toEqual(["token", true, ["OBJ", "PLACE", "SUBJ", "TIME", "VERB"]]);
  for (const [i, text] of texts.entries())
    expect((await opened.predict({ text })).entities).toEqual(answers[i]!.entities);
});

test("writes what it found as pre-annotations, which are read back character by character", async () => {
  const file = place.file(
    "texts.jsonl",
    jsonLines([{ text: sentence }, { text: `🎉 Zoé e\u0301tait là. ${sentence}` }]),
  );
  const expected: string[][] = [];
  for (const { text } of parseJsonLines<{ text: string }>(readFileSync(file, "utf8")))
    expected.push((await opened.predict({ text })).entities.map((entity) => `${entity.text} ${entity.type}`));
  expect(expected.flat().length).toBeGreaterThan(2);
  const found = place.path("found.jsonl");
  await predictFiles(model, file, { to: "relata", output: found, threads: 1 }).result;
  for (const to of ["annotto", "label-studio", "prodigy", "doccano", "brat", "bioc", "webanno"] as const) {
    const output = place.path(`pre-annotated-${to}`);
    await convertData(found, output, { to, predictions: "yes" }).result;
    const { documents } = await readCorpus(output);
    const read = documents.map(({ text, entities }) =>
      entities.map(({ start, end, type }) => `${text.slice(start, end)} ${type}`).sort(),
    );
    expect({ to, read }).toEqual({ to, read: expected.map((one) => one.toSorted()) });
  }
});

test("a model of relations answers between the entities that another finds, and is scored so", async () => {
  const relations = place.path("relations");
  await trainModel(data, relations, ["--max-steps", "1"]);
  await using joined = await openModel(relations, { entities: model, threads: 1 });
  expect([joined.kind, joined.finds]).toEqual(["pair", true]);
  const { entities } = await opened.predict({ text: sentence });
  const answer = await joined.predict({ text: sentence });
  expect(answer.entities).toEqual(entities);
  expect(answer.relations.length).toBe(entities.length * (entities.length - 1));
  // Entities that are given are kept.
  const given = await joined.predict({ text: sentence, entities: [[0, 2], [3, 11]] }); // prettier-ignore
  expect(given.entities.map(({ text }) => text)).toEqual(["Je", "voudrais"]);
  await expect(openModel(model, { entities: model })).rejects.toThrow(/--entities does nothing here/);
  await expect(openModel(relations, { entities: relations })).rejects.toThrow(/expected a model that finds entities/);

  const args = ["--entities", model, "--threads", "1"];
  const output = place.path("both.jsonl");
  const texts = place.file("bare.jsonl", jsonLines([{ text: sentence }]));
  await predictFiles(relations, texts, { entities: model, to: "relata", output, threads: 1 }).result;
  const [written] = parseJsonLines<Answer>(readFileSync(output, "utf8"));
  expect(written!.entities.map(({ start, end }) => [start, end])).toEqual(
    entities.map(({ start, end }) => [start, end]),
  );
  const evaluated = await relata(["evaluate", relations, data, ...args, "--json"]);
  expect(evaluated.code, evaluated.stderr).toBe(0);
  const { endToEnd } = JSON.parse(evaluated.stdout) as { endToEnd: Library.EndToEnd };
  expect(endToEnd.texts).toBe(24);
  expect(endToEnd.entities.boundaries.f1).toBeGreaterThanOrEqual(endToEnd.entities.strict.micro.f1);
  expect(endToEnd.boundaries.micro.f1).toBeGreaterThanOrEqual(endToEnd.strict.micro.f1);
  expect(endToEnd.withGold!.micro.support).toBe(endToEnd.strict.micro.support);
  const right = endToEnd.strict.perLabel.reduce((sum, { truePositives }) => sum + truePositives, 0);
  expect(endToEnd.misses.missed).toBe(endToEnd.strict.micro.support - right);
});
