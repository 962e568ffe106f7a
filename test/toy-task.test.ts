// A task of a few lines learns, is scored and is saved through the seams of model/tasks/task.ts alone: no other file knows it.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { trainConfig } from "../src/config.ts";
import { drain } from "../src/generators.ts";
import { entityTyping } from "../src/model/tasks/entity-typing/entity-typing.ts";
import type { Task } from "../src/model/tasks/task.ts";
import { openModel } from "../src/model/predictor.ts";
import { train } from "../src/recipes/train.ts";

const place = mkdtempSync(join(tmpdir(), "relata-toy-"));
afterAll(() => rmSync(place, { recursive: true }));

const sizes = ["long", "short"];
const sizeOf = (length: number): string => (length > 6 ? "long" : "short");

/** Whether a span is long or short. */
const spanSize: Task = {
  ...entityTyping,
  name: "span-size",
  tidy: (documents) =>
    documents.map((document) => ({
      ...document,
      entities: document.entities.map((span) => ({ ...span, type: sizeOf(span.end - span.start) })),
    })),
  store: () => ({ name: "span-size" }),
};

test("a toy task trains, beats the majority and names itself in its folder", async () => {
  const examples = fileURLToPath(new URL("../examples/annotations.jsonlines", import.meta.url));
  const output = join(place, "model");
  const settings = {
    model: "luke-mini",
    trainDocuments: 30,
    maxSteps: 12,
    threads: 1,
    vocabSize: 300,
    output,
  } as const;
  const { evaluation } = await drain(train([examples], trainConfig.parse(settings), {}, spanSize));
  expect(evaluation.confusion.id2label).toEqual(sizes);
  expect(evaluation.scores.macroF1).toBeGreaterThan(evaluation.baselines[0]!.scores.macroF1);
  expect(JSON.parse(readFileSync(join(output, "relata.json"), "utf8"))).toMatchObject({ task: { name: "span-size" } });
  await expect(openModel(output)).rejects.toThrow(/a task that Relata does not have.*span-size/s);
});
