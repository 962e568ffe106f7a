// One encoder with two heads: trained on one folder, it finds entities and the relations between them in a bare text.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dataLines } from "../src/app/cli/data-lines.ts";
import { renderEndToEnd } from "../src/app/cli/render-end-to-end.ts";
import type { RelationsResponse } from "../src/index.ts";
import { evaluateConfig, trainConfig, type TrainOptions } from "../src/config.ts";
import { drain } from "../src/generators.ts";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { answerFound, findEntities } from "../src/model/finder.ts";
import { openModel } from "../src/model/predictor.ts";
import { verifyModel } from "../src/model/verify.ts";
import { evaluate } from "../src/recipes/evaluate.ts";
import { train, type TrainResult } from "../src/recipes/train.ts";
import { familyFolder } from "./support/encoder-families.ts";
import { Workplace } from "./support/run-cli.ts";
import { TestServer } from "./support/server.ts";
import { whoLivesWhere } from "./support/who-lives-where.ts";

const place = new Workplace();
afterAll(() => place.remove());

const flat = place.file("flat.jsonl", whoLivesWhere(54, { hasEmpty: true }));
const nested = place.file("nested.jsonl", whoLivesWhere(54, { isNested: true, hasEmpty: true }));

/** The lines that trainings print about their data. */
const said: string[] = [];
const run = async (data: string, output: string, options: Partial<TrainOptions>): Promise<TrainResult> => {
  const config = { task: "both", output: place.path(output), threads: 1, testSize: 0.25, ...options } as const;
  return drain(train([data], trainConfig.parse(config)), (event) => {
    if (event.type === "data") said.push(...dataLines(event));
  });
};
const readJson = (output: string, file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(place.path(output), file), "utf8")) as Record<string, unknown>;

/** A part of a prediction for Label Studio: a region, or an arrow between two. */
interface Region {
  readonly id?: string;
  readonly type: string;
  readonly value?: { readonly start: number; readonly end: number; readonly text: string };
}

const learning = { model: "luke-mini", encoding: "document", learningRate: 2e-3, dropout: 0, maxSteps: 90 } as const;
let trained: TrainResult;
beforeAll(async () => {
  trained = await run(flat, "flat", { ...learning, epochs: 30, evalSteps: 30 });
});

test("says what it counts: relations, and entities by their types", () => {
  expect(said[2]).toMatch(/^relations and types of entities, training \+ .*: LIVES_IN .*, CITY .*, PER /);
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
  const text = "7. 🏠 Anna lives in Oslo and sleeps.";
  const answer = (inputs: Parameters<typeof model.task.predict>[1]) =>
    model.task.predict(model, inputs, { batchSize: 4, relationsOnly: true });
  const given = { text, entities: [{ start: 6, end: 10, type: "PER" }] };
  const [found, kept] = await answerFound(model.finder!, [{ text, entities: [] }, given], answer, {});
  expect(found!.entities.map(({ text: surface, type }) => `${type} ${surface}`)).toEqual(["PER Anna", "CITY Oslo"]);
  expect(found!.relations).toMatchObject([{ head: 0, tail: 1, label: "LIVES_IN" }]);
  expect(kept!.entities.length).toBe(1);
  await model.dispose();
});

test("a text of 5,000 words is read in windows: found spans lie on characters, and the last pair is answered", async () => {
  const model = await openModel(place.path("flat"), { intraOpNumThreads: 1 });
  const text = "7. 🏠 Anna lives in Oslo and sleeps. ".repeat(625).trimEnd();
  const at = (part: string): number => text.lastIndexOf(part);
  const given = [
    { start: at("Anna"), end: at("Anna") + 4, type: "PER" },
    { start: at("Oslo"), end: at("Oslo") + 4, type: "CITY" },
  ];
  const [found] = await findEntities(model.finder!, [{ text, entities: [] }], { batchSize: 4 });
  const options = { batchSize: 1, relationsOnly: false };
  const [kept] = await model.task.predict(model, [{ text, entities: given }], options);
  expect(found!.entities.length).toBeGreaterThan(0);
  for (const { start, end, text: surface } of found!.entities) {
    expect(text.slice(start, end)).toBe(surface);
    expect(surface).toBe(surface.trim());
  }
  expect(kept!.relations).toMatchObject([{ head: 0, tail: 1 }]);
  expect(kept!.unscoredPairs).toBeUndefined();
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

test("annotated entities of types that it does not know, or of none, are counted by name and are misses", async () => {
  const renamed = whoLivesWhere(18, { isNested: true, hasEmpty: true })
    .replaceAll('"TITLE"', '"CITYS"')
    .replace('"PER"', '""');
  const config = evaluateConfig.parse({ threads: 1 });
  const { endToEnd } = await drain(evaluate(place.path("flat"), [place.file("renamed.jsonl", renamed)], config));
  const { entities } = endToEnd!;
  expect(entities.unknownTypes).toEqual([
    { label: "CITYS", count: 16, nearest: "CITY" },
    { label: "", count: 1 },
  ]);
  expect(entities.strict.perLabel.find(({ label }) => label === "CITYS")).toMatchObject({ support: 16, recall: 0 });
  expect(renderEndToEnd(endToEnd!).replaceAll(/\s+/g, " ")).toContain(
    '17 of 48 annotated entities have a type that the model does not know, and each is a miss: "CITYS" 16 (did you mean "CITY"?), (no type) 1.',
  );
});

describe("serve", () => {
  let server: TestServer;
  const text = "7. 🏠 Anna lives in Oslo and sleeps.";
  const surface = ({ start, end }: { start: number; end: number }): string => text.slice(start, end);

  beforeAll(async () => {
    server = await TestServer.start([`both=${place.path("flat")}`]);
  });

  test("POST /v1/relations answers a text alone, and keeps entities that it is sent", async () => {
    const start = text.indexOf("Anna");
    const entities = [{ start, end: start + 4, type: "PER" }];
    const documents = [{ text }, { text, entities }, { text: "" }, { text: "Nothing happened, 7." }];
    const { status, body } = await server.relations({ documents, relationsOnly: true });
    expect(status, JSON.stringify(body)).toBe(200);
    const [found, kept, empty] = (body as RelationsResponse).documents;
    expect(found!.entities.map((entity) => `${entity.type} ${surface(entity)}`)).toEqual(["PER Anna", "CITY Oslo"]);
    expect(found!.relations).toMatchObject([{ head: 0, tail: 1, label: "LIVES_IN" }]);
    expect(kept!.entities.map(surface)).toEqual(["Anna"]);
    expect([empty!.entities, empty!.relations]).toEqual([[], []]);
  });

  test("pairs of entities that are still to be found are refused", async () => {
    const { status, body } = await server.relations({ documents: [{ text, pairs: [[0, 1]] }] });
    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining("documents[0]")]);
  });

  test("Label Studio: a task that nobody has marked gets regions, and arrows between them", async () => {
    const label_config = `<View><Relations><Relation value="LIVES_IN"/></Relations><Labels name="label" toName="text">
      <Label value="PER"/><Label value="CITY"/><Label value="TITLE"/></Labels><Text name="text" value="$text"/></View>`;
    const tasks = [{ id: 1, data: { text }, annotations: [], predictions: [] }];
    const { status, body } = await server.send("POST", "/label-studio/predict", {
      tasks,
      label_config,
      project: "3.1",
    });
    expect(status, JSON.stringify(body)).toBe(200);
    const [{ result }] = (body as { results: [{ result: Region[] }] }).results;
    const regions = result.filter(({ type }) => type === "labels");
    // Label Studio counts code points.
    const points = Array.from(text);
    for (const { value } of regions) expect(points.slice(value!.start, value!.end).join("")).toBe(value!.text);
    const idOf = (part: string): string | undefined => regions.find(({ value }) => value!.text === part)?.id;
    expect(result.filter(({ type }) => type === "relation")).toContainEqual(
      expect.objectContaining({ from_id: idOf("Anna"), to_id: idOf("Oslo"), labels: ["LIVES_IN"] }),
    );
  });
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
