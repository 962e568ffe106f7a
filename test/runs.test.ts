// Every job of the library as a program uses it: followed, awaited, stopped, several at once, and never in the caller's way.
import { createRequire } from "node:module";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setImmediate, setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as Library from "../src/index.ts";
import { jsonLines, parseJsonLines, trainModel, Workplace } from "./support/run-cli.ts";

// As Node loads the package, untouched by the test runner: its thread is a file of its own.
const library = createRequire(import.meta.url)("relata") as typeof Library;

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 6);
const model = place.path("model");
const threads = 1;
/** Enough to be under way for a while. */
const many = place.file(
  "many.jsonl",
  jsonLines(
    Array.from({ length: 30_000 }, (_, i) => ({
      id: `text-${i}`,
      text: `I go with Anna to Rome on Monday ${i}`,
      entities: [
        { start: 0, end: 1, type: "A" },
        { start: 10, end: 14, type: "B" },
      ],
      relations: [{ head: 0, tail: 1, label: "WHO_DO" }],
    })),
  ),
);

beforeAll(() => trainModel(data, model));
afterAll(() => place.remove());

/** The types of the events of a run, without repetition, and its result. */
async function follow<Event extends { readonly type: string }, Result>(
  run: Library.Run<Event, Result>,
): Promise<{ types: string[]; events: Event[]; result: Result }> {
  const events: Event[] = [];
  for await (const event of run) events.push(event);
  return { types: [...new Set(events.map(({ type }) => type))], events, result: await run.result };
}

describe("every job", () => {
  test("train", async () => {
    const options = {
      output: place.path("trained"),
      model: "luke-mini",
      maxSteps: 2,
      batchSize: 8,
      vocabSize: 300,
      threads,
    };
    const { types, result } = await follow(library.train(data, options));
    expect(types).toEqual(expect.arrayContaining(["data", "model", "step", "evaluation", "saved", "done"]));
    expect(result).toMatchObject({ folder: place.path("trained"), steps: 2, reason: "finished" });
  });

  test("evaluate and predict over files", async () => {
    const evaluated = await follow(library.evaluate(model, data, { threads }));
    expect(evaluated.types).toEqual(["data", "evaluating"]);
    expect(evaluated.result.evaluation.scores.count).toBeGreaterThan(10);

    const { types, events, result } = await follow(library.predictFiles(model, data, { threads }));
    expect(types).toEqual(["model", "reading", "answer", "progress"]);
    expect(result).toMatchObject({ texts: 6, written: undefined });
    const answers = events.flatMap((event) => (event.type === "answer" ? [event.answer] : []));
    await using opened = await library.openModel(model, { threads });
    for (const { id, text, entities, relations } of answers) {
      const alone = await opened.predict({ id: id!, text, entities });
      expect(alone.relations.map(({ head, tail, label }) => [head, tail, label])).toEqual(
        relations.map(({ head, tail, label }) => [head, tail, label]),
      );
      // Other texts in the batch change how sums are rounded.
      for (const [i, { probability }] of alone.relations.entries())
        expect(probability).toBeCloseTo(relations[i]!.probability, 5);
    }

    const output = place.path("predicted.jsonl");
    const written = await library.predictFiles(model, data, { threads, to: "relata", output }).result;
    expect(written).toMatchObject({ texts: 6, written: { documents: 6, files: 1 } });
    expect(parseJsonLines(readFileSync(output, "utf8"))).toHaveLength(6);
  });

  test("predict over a stream answers as the texts come", async () => {
    const line = '{"text": "I go", "entities": [[0, 1], [2, 4]]}\n';
    let isAnswered = (): void => {};
    const answered = new Promise<void>((resolve) => (isAnswered = resolve));
    async function* lines(): AsyncGenerator<string> {
      yield line.repeat(64);
      await answered;
      yield line;
    }
    let answers = 0;
    const run = library.predictFiles(model, lines(), { threads });
    for await (const event of run) if (event.type === "answer" && ++answers === 1) isAnswered();
    expect({ answers, texts: (await run.result).texts }).toEqual({ answers: 65, texts: 65 });
  });

  test("convert, to a file and to text", async () => {
    const output = place.path("converted.jsonl");
    const { result } = await follow(library.convertData(data, output, { to: "relata" }));
    expect(result).toMatchObject({ documents: 6, files: 1 });
    const { events } = await follow(library.convertData(data, null, { to: "relata" }));
    const text = events.map((event) => (event.type === "text" ? event.text : "")).join("");
    expect(text).toBe(readFileSync(output, "utf8"));
  });

  test("check, repair, split and count", async () => {
    const bad = place.file("bad.jsonl", '{"text": "I go ", "entities": [[0, 1], [2, 5]], "relations": []}\n');
    const checked = await follow(library.checkData(bad));
    expect(checked.types).toContain("problem");
    expect(checked.result).toMatchObject({ documents: 1, entities: 2 });
    const repaired = await follow(library.repairData(bad, place.path("repaired.jsonl")));
    expect(repaired.types).toEqual(expect.arrayContaining(["problem", "checked"]));
    expect(repaired.result).toMatchObject({ documents: 1, repairs: [{ count: 1 }] });

    const split = await library.splitData(data, { output: place.path("parts") }).result;
    expect(split.parts.reduce((sum, { documents }) => sum + documents, 0)).toBe(6);
    const statistics = await library.dataStatistics(data, { model }).result;
    expect(statistics.documents.total).toBe(6);
    expect((await library.readCorpus(data)).documents).toHaveLength(6);
  });

  test("describe, verify and export a model", async () => {
    expect(await library.modelInfo(model).result).toMatchObject({ weights: { format: "safetensors" } });
    const { types, result } = await follow(library.verifyModel(model));
    expect(types).toEqual(["check", "progress"]);
    expect(result.passed).toBe(true);
    const output = place.path("exported");
    const { files } = await library.exportModel(model, output, { format: "safetensors" }).result;
    expect(files.map(({ name }) => name).sort()).toEqual(readdirSync(output).sort());
  });
});

test.each([
  ["a path that is not there", () => library.checkData("nowhere.jsonl"), "InputMissingError"],
  ["bad settings", () => library.convertData(data, "o", { to: "nothing" as "relata" }), "UsageError"],
  ["bad data", () => library.evaluate(model, place.file("torn.jsonl", '{"text": "I go"\n')), "DataError"],
  ["an output that is there", () => library.convertData(data, data, { to: "relata" }), "UsageError"],
  ["a model of another name", () => library.modelInfo(""), "UsageError"],
] as const)("%s is a typed error of the run: of its loop and of its result", async (_, start, name) => {
  const run = start() as Library.Run<unknown, unknown>;
  const Class = library[name];
  await expect(
    (async () => {
      for await (const _ of run);
    })(),
  ).rejects.toBeInstanceOf(Class);
  await expect(run.result).rejects.toBeInstanceOf(Class);
  await expect((start() as Library.Run<unknown, unknown>).result).rejects.toBeInstanceOf(library.UserError);
});

describe("stopping", () => {
  const unfinished = (): string[] => readdirSync(place.folder).filter((name) => /\.(?:tmp|old)$/.test(name));
  const output = place.path("never.jsonl");
  const convert = (run: Library.RunOptions = {}): Library.Run<{ readonly type: string }, unknown> =>
    library.convertData(many, output, { to: "relata", overwrite: true }, run);

  test("by stop(), by a signal and by leaving the loop ends the work and leaves nothing behind", async () => {
    const stopped = convert();
    for await (const _ of stopped) break;
    await expect(stopped.result).rejects.toBeInstanceOf(library.Interrupted);
    const controller = new AbortController();
    const aborted = convert({ signal: controller.signal });
    await expect(
      (async () => {
        for await (const _ of aborted) controller.abort();
      })(),
    ).rejects.toBeInstanceOf(library.Interrupted);
    aborted.stop();
    expect([existsSync(output), unfinished()]).toEqual([false, []]);
  });

  test("a signal that was aborted before ends the run at once", async () => {
    const ended = convert({ signal: AbortSignal.abort() }).result.catch((error: unknown) => error);
    expect(await Promise.race([ended, setImmediate("later")])).toBeInstanceOf(library.Interrupted);
  });

  test("ends a run that waits for input", async () => {
    async function* silence(): AsyncGenerator<string> {
      await new Promise((resolve) => setTimeout(resolve, 1e9).unref());
    }
    const run = library.predictFiles(model, silence(), { threads });
    for await (const event of run) {
      if (event.type !== "model") continue;
      await pause(50);
      run.stop();
      break;
    }
    await expect(run.result).rejects.toBeInstanceOf(library.Interrupted);
  });

  test("training keeps its best model", async () => {
    const folder = place.path("stopped");
    const options = {
      output: folder,
      model: "luke-mini",
      maxSteps: 1000,
      evalSteps: 1,
      batchSize: 8,
      vocabSize: 300,
      threads,
    };
    const run = library.train(data, options);
    for await (const event of run) if (event.type === "saved") break;
    expect(await run.result).toMatchObject({ reason: "stopped", folder });
    expect(await library.verifyModel(folder).result).toMatchObject({ passed: true });
  });
});

test("64 predictions at once, from several places, by two models side by side, are those made one by one", async () => {
  await using first = await library.openModel(model, { threads });
  await using second = await library.openModel(model, { threads, relationsOnly: true });
  const inputs = Array.from({ length: 64 }, (_, i) => ({
    text: `${"I go with Anna to Rome. ".repeat(1 + (i % 5))}She stays ${i} days.`,
    entities: [
      [0, 1],
      [10, 14],
      [18, 22],
    ] as const,
  }));
  const before = performance.eventLoopUtilization();
  const [all, related] = await Promise.all([
    Promise.all(inputs.map((input) => first.predict(input))),
    Promise.all(inputs.map((input) => second.predict(input))),
  ]);
  const { utilization } = performance.eventLoopUtilization(before);
  for (const [i, input] of inputs.entries()) {
    expect(all[i]).toEqual(await first.predict(input));
    expect(related[i]).toEqual(await second.predict(input));
  }
  // A prediction in this thread would take its whole time.
  expect(utilization).toBeLessThan(0.7);
});

test("the caller's event loop is free while large files are read", async () => {
  const before = performance.eventLoopUtilization();
  const result = await library.convertData(many, place.path("large.jsonl"), { to: "relata" }).result;
  const { utilization } = performance.eventLoopUtilization(before);
  expect(result.documents).toBe(30_000);
  expect(utilization).toBeLessThan(0.7);
});

test("endRuns ends all work of a process that is about to end", async () => {
  const program = `
    import { convertData, endRuns } from "relata";
    const run = convertData(process.argv[1], process.argv[2], { to: "relata" });
    run.result.catch((error) => console.log(error.name));
    for await (const event of run) { await endRuns(); break; }
  `;
  const { spawnSync } = await import("node:child_process");
  const args = ["--input-type=module", "--eval", program, many, place.path("ended.jsonl")];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    cwd: new URL("../", import.meta.url),
  });
  expect({ stdout, stderr, status }).toEqual({ stdout: "Interrupted\n", stderr: "", status: 0 });
  expect(readdirSync(place.folder).filter((name) => name.includes("ended"))).toEqual([]);
});
