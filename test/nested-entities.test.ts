// Nested entities from annotated texts to a folder that finds them, with every family of encoders.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { trainConfig, type TrainOptions } from "../src/config.ts";
import { drain } from "../src/generators.ts";
import { openModel } from "../src/model/predictor.ts";
import { verifyModel } from "../src/model/verify.ts";
import type { RelationsResponse } from "../src/index.ts";
import { train, type TrainResult } from "../src/recipes/train.ts";
import { familyFolder } from "./support/encoder-families.ts";
import { modelFolder } from "./support/word-encoders.ts";
import { jsonLines, Workplace } from "./support/run-cli.ts";
import { TestServer } from "./support/server.ts";

const place = new Workplace();
afterAll(() => place.remove());

/** Texts of "the CITY office of NAME", an organization that holds a city and a person. */
const cities = ["Lyon", "Paris", "Berlin", "東京", "Roma", "Oslo"];
const names = ["Zoé Rey", "Ben", "Anna Lis", "Carla"];
function texts(count: number, isNested: boolean): string {
  return jsonLines(
    Array.from({ length: count }, (_, i) => {
      const [city, name] = [cities[i % cities.length]!, names[(i * 3 + 1) % names.length]!];
      const before = i % 2 === 0 ? "I wrote to the " : "Yesterday in Nice the ";
      const text = `${before}${city} office of ${name} ${i % 3 === 0 ? "again" : "and nobody came"}, ${i}.`;
      const span = (part: string, type: string) => ({
        start: text.indexOf(part),
        end: text.indexOf(part) + part.length,
        type,
      });
      const inner = [span(city, "CITY"), span(name, "PER")];
      return {
        id: `${i}`,
        text,
        entities: isNested ? [span(`${city} office of ${name}`, "ORG"), ...inner] : inner,
        relations: [],
      };
    }),
  );
}
const nested = place.file("nested.jsonl", texts(48, true));
const flat = place.file("flat.jsonl", texts(12, false));

const run = async (data: string, output: string, options: Partial<TrainOptions>): Promise<TrainResult> => {
  const config = { task: "entities", output: place.path(output), threads: 1, testSize: 0.25, ...options } as const;
  return drain(train([data], trainConfig.parse(config)));
};
const readJson = (output: string, file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(place.path(output), file), "utf8")) as Record<string, unknown>;

test("nested data are learnt by scores of spans without being told, and held-out entities are found", async () => {
  const options = { model: "luke-mini", epochs: 8, batchSize: 8, learningRate: 2e-3, dropout: 0 } as const;
  const { evaluation } = await run(nested, "mini", options);
  expect(evaluation.scores.microF1).toBeGreaterThan(0.8);
  expect(evaluation.scores.loss).toBeLessThan(2);
  expect(readJson("mini", "relata.json")).toMatchObject({
    task: { decoding: "nested", types: ["CITY", "ORG", "PER"] },
  });
  const model = await openModel(place.path("mini"), { intraOpNumThreads: 1 });
  const text = "I wrote to the Paris office of Ben again.";
  const [answer] = await model.task.predict(model, [{ text, entities: [] }], { batchSize: 1, relationsOnly: false });
  expect(answer!.entities.map(({ text: surface, type }) => `${type} ${surface}`)).toContain("ORG Paris office of Ben");
  for (const { start, end, text: surface, probability } of answer!.entities) {
    expect(text.slice(start, end)).toBe(surface);
    expect(probability).toBeGreaterThan(0.5);
  }
  await model.dispose();
});

test("serve finds nested entities for texts alone, and for tasks of Label Studio that nobody has marked", async () => {
  const server = await TestServer.start([`mini=${place.path("mini")}`]);
  const text = "I wrote to the 東京 office of Ben again.";
  const { status, body } = await server.relations({ documents: [{ text }, { text: "" }] });
  expect(status, JSON.stringify(body)).toBe(200);
  const [found, empty] = (body as RelationsResponse).documents;
  const surfaces = found!.entities.map(({ start, end, type }) => `${type} ${text.slice(start, end)}`);
  expect(surfaces).toEqual(expect.arrayContaining(["ORG 東京 office of Ben", "CITY 東京"]));
  expect([found!.relations, empty!.entities]).toEqual([[], []]);

  const label_config = `<View><Labels name="label" toName="text">${["ORG", "CITY", "PER"].map((type) => `<Label value="${type}"/>`).join("")}</Labels>
    <Text name="text" value="$text"/></View>`;
  const tasks = [{ id: 1, data: { text }, annotations: [], predictions: [] }];
  const answer = await server.send("POST", "/label-studio/predict", { tasks, label_config, project: "3.1" });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  const [{ result }] = (answer.body as { results: [{ result: { value: { text: string; labels: [string] } }[] }] })
    .results;
  expect(result.map(({ value }) => `${value.labels[0]} ${value.text}`).sort()).toEqual(surfaces.sort());
});

test("flat data have tags, and nested data too if they are told to", async () => {
  const options = { model: "luke-mini", maxSteps: 1 } as const;
  await run(flat, "flat", options);
  await run(nested, "told", { ...options, entityDecoding: "flat" });
  for (const output of ["flat", "told"])
    expect(readJson(output, "relata.json")).toMatchObject({ task: { decoding: "flat" } });
});

test.each(["bert", "roberta", "camembert", "distilbert", "deberta-v2"])(
  "%s: trained, verified, opened by the bare class of transformers, asked in int8 too",
  async (family) => {
    const base = family === "camembert" ? modelFolder(family) : familyFolder(family);
    await run(nested, family, { model: base, maxSteps: 2, batchSize: 4 });
    rmSync(base, { recursive: true });
    const [architecture] = readJson(family, "config.json")["architectures"] as string[];
    expect(architecture).toMatch(/^(?:Bert|Roberta|Camembert|DistilBert|DebertaV2)Model$/);
    expect((await drain(verifyModel(place.path(family)))).passed).toBe(true);
    for (const dtype of ["float32", "int8"] as const) {
      const model = await openModel(place.path(family), { dtype, intraOpNumThreads: 1 });
      expect([model.kind, model.task.name]).toEqual(["biaffine", "entities"]);
      const inputs = ["", "x", "Anna read it ".repeat(300)].map((text) => ({ text, entities: [] }));
      const answers = await model.task.predict(model, inputs, { batchSize: 2, relationsOnly: false });
      expect(answers.map(({ text }) => text)).toEqual(inputs.map(({ text }) => text));
      await model.dispose();
    }
  },
  60_000,
);
