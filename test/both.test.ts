// One encoder with two heads: trained on one folder, it finds entities and the relations between them in a bare text.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluateConfig, trainConfig, type TrainOptions } from "../src/config.ts";
import { drain } from "../src/generators.ts";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { answerFound } from "../src/model/finder.ts";
import { openModel } from "../src/model/predictor.ts";
import { verifyModel } from "../src/model/verify.ts";
import { evaluate } from "../src/recipes/evaluate.ts";
import { train, type TrainResult } from "../src/recipes/train.ts";
import { familyFolder } from "./support/encoder-families.ts";
import { jsonLines, Workplace } from "./support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());

const people = ["Zoé", "Ben", "Anna", "Carla", "Ivo"];
const cities = ["Lyon", "Paris", "Oslo", "Roma"];

/** Texts of who lives where and who only wrote about it, some without an entity, in some the person inside of a title. */
function texts(count: number, isNested: boolean): string {
  return jsonLines(
    Array.from({ length: count }, (_, i) => {
      const [person, city] = [people[i % people.length]!, cities[(i * 3) % cities.length]!];
      if (i % 9 === 8) return { id: `${i}`, text: `Nothing happened, ${i}.`, entities: [], relations: [] };
      const lives = i % 2 === 0;
      const name = isNested ? `Doctor ${person}` : person;
      const text = `${i}. ${name} ${lives ? "lives in" : "wrote about"} ${city} and sleeps.`;
      const span = (part: string, type: string) => {
        const start = text.indexOf(part);
        return { start, end: start + part.length, type };
      };
      const entities = [span(person, "PER"), span(city, "CITY"), ...(isNested ? [span(name, "TITLE")] : [])];
      return { id: `${i}`, text, entities, relations: lives ? [{ head: 0, tail: 1, label: "LIVES_IN" }] : [] };
    }),
  );
}
const flat = place.file("flat.jsonl", texts(54, false));
const nested = place.file("nested.jsonl", texts(54, true));

const run = async (data: string, output: string, options: Partial<TrainOptions>): Promise<TrainResult> => {
  const config = { task: "both", output: place.path(output), threads: 1, testSize: 0.25, ...options } as const;
  return drain(train([data], trainConfig.parse(config)));
};
const readJson = (output: string, file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(place.path(output), file), "utf8")) as Record<string, unknown>;

const learning = { model: "luke-mini", encoding: "document", learningRate: 2e-3, dropout: 0, maxSteps: 90 } as const;
let trained: TrainResult;
beforeAll(async () => {
  trained = await run(flat, "flat", { ...learning, epochs: 30, evalSteps: 30 });
});

test("learns both: entities, and relations between annotated and between found entities", () => {
  expect(trained.evaluation.unit.many).toBe("pairs");
  expect(trained.evaluation.scores.relationMicroF1).toBeGreaterThan(0.9);
  expect(trained.evaluation.entities!.scores.microF1).toBeGreaterThan(0.9);
  expect(trained.evaluation.entities!.baselines.map(({ name }) => name)).toEqual(["gazetteer"]);
  expect(trained.endToEnd!.strict.micro.f1).toBeGreaterThan(0.8);
  expect(trained.endToEnd!.entities.strict.micro.f1).toBeCloseTo(trained.evaluation.entities!.scores.microF1, 10);
  const report = readFileSync(join(place.path("flat"), "report.html"), "utf8");
  expect(report).toContain("From the bare text");
  expect(report).toContain("Relations from text");
});

test("the folder has both heads, is whole, and opens as the encoder with the head of pairs", async () => {
  expect(readJson("flat", "config.json")).toMatchObject({ architectures: ["LukeForEntityPairClassification"] });
  expect(readJson("flat", "relata.json")).toMatchObject({
    task: { name: "both", relations: { encoding: "document" }, entities: { decoding: "flat", types: ["CITY", "PER"] } },
    settings: { task: "both", entityDecoding: "auto" },
  });
  const verified = await drain(verifyModel(place.path("flat")));
  expect(verified.checks.filter(({ status }) => status !== "ok")).toEqual([]);
  const { weights } = await openCheckpoint(place.path("flat"));
  expect([...weights.keys()].filter((name) => name.includes("classifier")).sort()).toEqual([
    "classifier.weight",
    "entity_classifier.bias",
    "entity_classifier.weight",
  ]);
});

test("finds entities and relations in a text, and keeps entities that are given", async () => {
  const model = await openModel(place.path("flat"), { intraOpNumThreads: 1 });
  expect([model.kind, model.task.name, model.finder!.kind]).toEqual(["pair", "relations", "token"]);
  const text = "7. Anna lives in Oslo and sleeps.";
  const answer = (inputs: Parameters<typeof model.task.predict>[1]) =>
    model.task.predict(model, inputs, { batchSize: 4, relationsOnly: true });
  const given = { text, entities: [{ start: 3, end: 7, type: "PER" }] };
  const [found, kept] = await answerFound(model.finder!, [{ text, entities: [] }, given], answer, {});
  expect(found!.entities.map(({ text: surface, type }) => `${type} ${surface}`)).toEqual(["PER Anna", "CITY Oslo"]);
  expect(found!.relations).toMatchObject([{ head: 0, tail: 1, label: "LIVES_IN" }]);
  expect(kept!.entities.length).toBe(1);
  await model.dispose();
});

test("is evaluated from text without being given another model", async () => {
  const config = evaluateConfig.parse({ threads: 1 });
  const { endToEnd, evaluation } = await drain(evaluate(place.path("flat"), [flat], config));
  expect(endToEnd!.texts).toBe(54);
  expect(endToEnd!.withGold!.micro.f1).toBeGreaterThan(0.9);
  expect(endToEnd!.entities.strict.micro.f1).toBeGreaterThan(0.9);
  expect(evaluation.scores.relationMicroF1).toBeGreaterThan(0.9);
});

test("is a start for each task, whose head begins anew where the labels are others", async () => {
  const options = { model: place.path("flat"), maxSteps: 1, encoding: "document" } as const;
  await run(flat, "again", options);
  await run(nested, "others", options);
  await run(flat, "relations", { ...options, task: "relations" });
  await run(flat, "entities", { model: place.path("flat"), maxSteps: 1, task: "entities" });
  expect(readJson("others", "relata.json")).toMatchObject({ task: { entities: { decoding: "nested" } } });
});

test.each(["luke-mini", "bert", "deberta-v2"])(
  "%s: nested entities, both encodings, gradient accumulation",
  async (family) => {
    const base = family === "luke-mini" ? family : familyFolder(family);
    for (const [name, options] of [
      ["document", { encoding: "document", gradientAccumulationSteps: 2 }],
      ["pair", { encoding: "pair" }],
    ] as const) {
      const output = `${family}-${name}`;
      const { endToEnd } = await run(nested, output, { ...options, model: base, maxSteps: 2, batchSize: 6 });
      expect(endToEnd!.texts).toBeGreaterThan(10);
      expect((await drain(verifyModel(place.path(output)))).passed).toBe(true);
    }
    if (base !== family) rmSync(base, { recursive: true });
  },
);
