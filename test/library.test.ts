// The library as a program uses it: it believes no caller, says which field is wrong, and closes what it opened.
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as Library from "../src/index.ts";
import { relata, trainModel, Workplace } from "./support/run-cli.ts";

// As Node loads the package, untouched by the test runner: its thread is a file of its own.
const library = createRequire(import.meta.url)("relata") as typeof Library;
const { openModel, train, UserError, UsageError, PredictionInputError } = library;

const place = new Workplace();
const text = "Anna left Rome in February 2022, and in March she was back.";
let model: Library.RelationModel;

beforeAll(async () => {
  await trainModel(place.examples("annotations.jsonlines", 6), place.path("model"));
  model = await openModel(place.path("model"), { threads: 1 });
});
afterAll(async () => {
  await model.close();
  place.remove();
});

/** Values that a program which no compiler checks might pass. */
const predict = (given: unknown): Promise<unknown> => model.predict(given as Library.PredictionInput);

test.each([
  [null, "", "found null"],
  [undefined, "", "found nothing"],
  [5, "", "found the number 5"],
  ["a text", "", 'found the string "a text"'],
  [{}, "text", "expected a string, found nothing"],
  [{ text: 5 }, "text", "expected a string, found the number 5"],
  [{ text }, "entities", "expected a list, found nothing"],
  [{ text, entities: {} }, "entities", "expected a list, found an object"],
  [{ text, entities: [5, 6] }, "entities[0]", "{ start, end, type? }, [start, end, type?] or { text, type? }"],
  [{ text, entities: [{}, {}] }, "entities[0]", "found an object without keys"],
  [{ text, entities: [[0, 4], [10]] }, "entities[1]", "expected a list of 2, found a list of 1"],
  [{ text, entities: [[0, 4, 7]] }, "entities[0][2]", "expected a string, found the number 7"],
  [{ text, entities: [{ start: 0 }] }, "entities[0].end", "expected an integer, found nothing"],
  [{ text, entities: [{ start: 0, end: 4.5 }] }, "entities[0].end", "expected an integer, found the number 4.5"],
  [{ text, entities: [{ start: 0, end: "4" }] }, "entities[0].end", 'expected an integer, found the string "4"'],
  [{ text, entities: [{ start: 0, end: 4, type: 1 }] }, "entities[0].type", "found the number 1"],
  [{ text, entities: [{ start: 0, end: 4, text: "Rome" }] }, "entities[0].text", '"Anna", which stands from 0 to 4'],
  [{ text, entities: [{ text: "Paris" }] }, "entities[0].text", "which does not"],
  [{ text, entities: [{ text: "in" }] }, "entities[0].text", "2 times (at 15, 37): give start and end"],
  [{ text, entities: [[0, 4]], pairs: [[0]] }, "pairs[0]", "found a list of 1"],
  [{ id: {}, text, entities: [] }, "id", "a string or an integer"],
  [[{ text, entities: [] }, [0, 3]], "", "input 1: Cannot predict: the input: expected { text"],
])("predict(%j) is refused by the field", async (given, key, message) => {
  const error = await predict(given).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PredictionInputError);
  expect(error).toBeInstanceOf(UserError);
  expect((error as Library.PredictionInputError).key).toBe(key);
  expect((error as Error).message).toContain(message);
});

test("offsets outside of the text and pairs of what is not there are refused", async () => {
  await expect(predict({ text, entities: [[0, 400]] })).rejects.toBeInstanceOf(UserError);
  await expect(predict({ text, entities: [[-1, 4]] })).rejects.toBeInstanceOf(UserError);
  const entities = [{ text: "Anna" }, { text: "Rome" }];
  await expect(predict({ text, entities, pairs: [[0, -1]] })).rejects.toThrow("names an entity that is not there");
  await expect(predict({ text, entities, pairs: [[0, 2]] })).rejects.toThrow("expected places from 0 to 1");
});

test("spans are objects, lists, or words that stand in the text once", async () => {
  const answer = await model.predict({
    text,
    entities: [{ start: 0, end: 4, type: "WHO" }, [10, 14, "WHERE"], { text: "February 2022", type: "WHEN" }],
  });
  expect(answer.entities).toEqual([
    { start: 0, end: 4, type: "WHO", text: "Anna" },
    { start: 10, end: 14, type: "WHERE", text: "Rome" },
    { start: 18, end: 31, type: "WHEN", text: "February 2022" },
  ]);
  expect(answer.relations).toHaveLength(6);
  // An answer can be asked again as it is.
  expect(await model.predict(answer as Library.PredictionInput)).toEqual(answer);
  expect(await model.predict([])).toEqual([]);
});

test("settings beside the texts, and keys of a pair that do nothing, are refused", async () => {
  const input = { text, entities: [[0, 4] as const, [10, 14] as const] };
  const { predict: ask } = model as unknown as { predict: (this: void, ...given: unknown[]) => Promise<unknown> };
  await expect(ask(input, { relationsOnly: true })).rejects.toThrow(
    'model.predict takes one text or a list of texts; found an object with the keys "relationsOnly" as well. Settings are given to ' +
      "openModel",
  );
  await expect(ask(input, input)).rejects.toBeInstanceOf(UsageError);
  expect(await Promise.all([input].map(ask))).toHaveLength(1);
  const explain = (pair: unknown): Promise<unknown> => model.explain(input, pair as Library.ExplainedPair);
  await expect(explain({ head: 0, tail: 1, lable: "X" })).rejects.toMatchObject({ key: "lable" });
  await expect(explain({ head: 0 })).rejects.toMatchObject({ key: "tail" });
  await expect(explain(undefined)).rejects.toBeInstanceOf(PredictionInputError);
  await expect(explain({ head: 0, tail: 1 })).resolves.toMatchObject({ head: 0, tail: 1 });
});

describe("close", () => {
  test("while it predicts is told to who waits, and does not abort the process", async () => {
    const opened = await openModel(place.path("model"), { threads: 1 });
    const many = Array.from({ length: 2000 }, () => ({ text, entities: [[0, 4] as const, [10, 14] as const] }));
    const answering = opened.predict(many).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await opened.close();
    await opened.close();
    const errors = [await answering, await opened.predict(many).catch((error: unknown) => error)];
    for (const error of errors) {
      expect(error).toBeInstanceOf(UsageError);
      expect((error as Error).message).toBe("Cannot predict: this model was closed. Open it again with openModel.");
    }
  });

  test("`await using` closes the model", async () => {
    let used: Library.RelationModel;
    {
      await using opened = await openModel(place.path("model"), { threads: 1 });
      expect(opened.kind).toBe("pair");
      used = opened;
    }
    await expect(used.predict({ text, entities: [] })).rejects.toThrow("this model was closed");
  });
});

test("names, paths and settings of the wrong kind are refused by what they are", async () => {
  const open = openModel as unknown as (folder: unknown, options?: unknown) => Promise<unknown>;
  await expect(open(undefined)).rejects.toThrow(
    "model: expected a model folder, or org/name on the hub; found nothing",
  );
  await expect(open(place.path("model"), null)).rejects.toThrow("expected an object of settings, found null");
  await expect(open(place.path("model"), { batchSize: "x" })).rejects.toBeInstanceOf(UsageError);
  const run = train as unknown as (data: unknown, options: unknown) => Library.Run<unknown, unknown>;
  await expect(run([5], { output: place.path("o") }).result).rejects.toThrow("data: expected a path");
  await expect(run([], { output: place.path("o") }).result).rejects.toThrow("found an empty list");
  await expect(run(undefined, { output: place.path("o") }).result).rejects.toThrow("files; found nothing");
  await expect(run(["a", undefined], { output: place.path("o") }).result).rejects.toThrow("files; found nothing");
  const files = library.predictFiles as unknown as (model: string, data: unknown) => Library.Run<unknown, unknown>;
  await expect(files(place.path("model"), ["a", "b"]).result).rejects.toThrow("expected one path, found a list of 2");
});

test("RELATA_DEBUG=profile prints where the time of a prediction went, of one text and of a file", async () => {
  const env = { RELATA_DEBUG: "profile" };
  const one = ["--text", "Anna met Ben.", "--span", "0:4", "--span", "9:12"];
  const input = '{"text": "Anna met Ben.", "entities": [[0, 4], [9, 12]]}\n';
  const opened = await relata(["predict", place.path("model"), ...one, "--threads", "1"], { env });
  expect(opened.stderr).toMatch(/profile of luke-prediction: [\d.]+ ms in kernels/);
  const streamed = await relata(["predict", place.path("model"), "-", "--threads", "1"], { env, input });
  expect(streamed.stderr).toMatch(/profile of luke-prediction: [\d.]+ ms in kernels/);
});

describe("a model on the caller's thread", () => {
  const here = (): Promise<Library.RelationModel> =>
    openModel(place.path("model"), { threads: 1 }, { onThisThread: true });
  const input = { text, entities: [{ text: "Anna" }, { text: "Rome" }] };

  test("answers as on a thread of its own, one question after another, and is not asked once it is closed", async () => {
    const one = await here();
    const answers = await Promise.all([one.predict(input), one.predict([input, input])]);
    const alone = await model.predict(input);
    expect(answers).toEqual([alone, [alone, alone]]);
    await one.close();
    await expect(one.predict(input)).rejects.toBeInstanceOf(UsageError);
  });

  test("is the only one there; one that does not open leaves the place free", async () => {
    await using one = await here();
    await expect(here()).rejects.toThrow("another is open there");
    expect((await one.predict(input)).relations.length).toBeGreaterThan(0);
    await one.close();
    await expect(openModel("/no/such/folder", {}, { onThisThread: true })).rejects.toBeInstanceOf(UserError);
    await using next = await here();
    expect(next.labels).toEqual(model.labels);
  });
});
