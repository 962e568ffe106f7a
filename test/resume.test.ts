// A run that is interrupted and resumed leaves the bytes of one that is not.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { LiveState } from "../src/app/cli/live-state.ts";
import type { TrainEvent } from "../src/index.ts";
import { liveSections } from "../src/report/live-page.ts";
import { historyOf } from "../src/report/run-history.ts";
import { exampleDocuments, jsonLines } from "./support/run-cli.ts";
import { data, expectSame, leftBy, place, run, small } from "./support/resumed-runs.ts";

describe("a resumed run is the uninterrupted one to the byte", () => {
  test("stopped in the middle of an epoch, before the first evaluation and after one", () =>
    expectSame({ ...small, maxSteps: 9, evalSteps: 4 }, [2, 6]));

  test("of documents, with parts of a batch, and patience", () =>
    expectSame(
      {
        ...small,
        encoding: "document",
        batchSize: 4,
        gradientAccumulationSteps: 2,
        maxSteps: 12,
        evalSteps: 2,
        saveSteps: 2,
        patience: 2,
      },
      [3],
    ));
});

test("a validation part with a label that was not learnt is resumed as well", async () => {
  const unknown = JSON.stringify(exampleDocuments(9).slice(6)).replaceAll('"WHO_DO"', '"WHO_KNOWS"');
  const validation = place.file("validation.jsonl", jsonLines(JSON.parse(unknown) as object[]));
  await expectSame({ ...small, validation, maxSteps: 6, evalSteps: 2, saveSteps: 2 }, [3]);
});

describe("a stop that does not wait for an evaluation", () => {
  const untimed = (file: string): string => readFileSync(file, "utf8").replaceAll(/"seconds":[\d.]+/g, "");
  /** All that a run has left but the time that it took. */
  const left = (folder: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder)
        .filter((name) => !name.startsWith("checkpoint-"))
        .map((name) => [name, untimed(join(folder, name))]),
    );

  test.each([0, undefined])(
    "of --save-steps %o keeps the steps, and the resumed run evaluates them",
    async (saveSteps) => {
      const settings = { ...small, validation: data, maxSteps: 4, evalSteps: 4, saveSteps, saveTotalLimit: undefined };
      const [whole, parts] = [place.path(`whole-${saveSteps}/run`), place.path(`unscored-${saveSteps}/run`)];
      await run(whole, settings);
      const isLast = ({ type }: { readonly type: string }): boolean => type === "evaluating";
      const stopped = run(parts, settings, { stopAt: isLast, stopGrace: 0 });
      await expect(stopped).rejects.toThrow(
        /before the first evaluation was done, so there is no model yet: the checkpoint of step 4 has all/,
      );
      expect(readdirSync(parts).sort()).toEqual(["checkpoint-4", "metrics.jsonl"]);
      const { events } = await run(parts, { ...settings, resume: true });
      expect(events.find(({ type }) => type === "resumed")).toMatchObject({ step: 4, keptStep: 0 });
      expect(events.some(({ type }) => type === "step")).toBe(false);
      expect(left(parts)).toEqual(left(whole));
    },
  );

  test.each([undefined, 2])(
    "leaves the test part to the resumed run, where --save-total-limit is %o",
    async (limit) => {
      const held = place.file("held.jsonl", jsonLines(exampleDocuments(10).slice(6)));
      const settings = { ...small, validation: data, test: held, maxSteps: 5, evalSteps: 1, saveTotalLimit: limit };
      const [whole, parts] = [place.path(`tested-${limit}/run`), place.path(`untested-${limit}/run`)];
      const { events: steps } = await run(whole, settings);
      const { result } = await run(parts, settings, { stopAt: ({ type }) => type === "testing" });
      expect(result).toMatchObject({ reason: "stopped", steps: 5, parts: { part: "validation", isTestLeftOut: true } });
      expect(readFileSync(join(parts, "report.html"), "utf8")).toContain("the test part was not scored");
      const last = readdirSync(join(parts, "checkpoint-5"));
      expect(last.includes("optimizer.safetensors")).toBe(limit !== undefined);
      const { events, result: resumed } = await run(parts, { ...settings, resume: true });
      expect(resumed).toMatchObject({ reason: "finished", steps: 5, parts: { part: "test" } });
      expect(events.filter(({ type }) => type === "step" || type === "evaluation")).toEqual([]);
      expect(steps.some(({ type }) => type === "testing")).toBe(true);
      expect(left(parts)).toEqual(left(whole));
      expect(readdirSync(parts).sort()).toEqual(readdirSync(whole).sort());
    },
  );
});

test("a stop in the first evaluation keeps its state before that goes on", async () => {
  const settings = { ...small, maxSteps: 8, evalSteps: 4, saveSteps: 8 };
  const stopAt = { stopAt: ({ type }: { readonly type: string }) => type === "evaluating" };
  const { events, result } = await run(place.path("first-evaluation"), settings, stopAt);
  const kept = events.flatMap((event) =>
    event.type === "checkpoint" || event.type === "evaluation" ? [`${event.type} ${event.step}`] : [],
  );
  expect(kept).toEqual(["checkpoint 4", "evaluation 4", "checkpoint 4"]);
  expect(result).toMatchObject({ reason: "stopped", steps: 4, keptStep: 4 });
});

describe("a run that was stopped", () => {
  const stopped = place.path("stopped");
  const settings = { ...small, maxSteps: 8, evalSteps: 2, saveSteps: 2, saveTotalLimit: 3 };
  const copy = (name: string): string => {
    cpSync(stopped, place.path(name), { recursive: true });
    return place.path(name);
  };
  beforeAll(() => run(stopped, settings, { stopAfter: 5 }));

  test("has the newest checkpoints, each with MANIFEST.json and without pickle", () => {
    const checkpoints = readdirSync(stopped).filter((name) => name.startsWith("checkpoint-"));
    expect(checkpoints.sort()).toEqual(["checkpoint-2", "checkpoint-4", "checkpoint-5"]);
    expect(readdirSync(join(stopped, "checkpoint-5")).sort()).toEqual([
      "MANIFEST.json",
      "best.safetensors",
      "best_logits.safetensors",
      "metrics.jsonl",
      "model.safetensors",
      "optimizer.safetensors",
      "trainer_state.json",
    ]);
    const state = JSON.parse(readFileSync(join(stopped, "checkpoint-5/trainer_state.json"), "utf8")) as object;
    expect(state).toMatchObject({ global_step: 5, max_steps: 8, eval_steps: 2, save_steps: 2 });
  });

  test("is resumed from an older checkpoint if the newest is damaged, says so, and comes to the same end", async () => {
    const [whole, damaged] = [place.path("in-one-go/run"), copy("damaged/run")];
    await run(whole, settings);
    const file = join(damaged, "checkpoint-5", "optimizer.safetensors");
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file, bytes);
    rmSync(join(damaged, "checkpoint-4", "trainer_state.json"));
    const { events } = await run(damaged, { ...settings, resume: true });
    expect(events.find(({ type }) => type === "resumed")).toMatchObject({ step: 2 });
    const model = events.find(({ type }) => type === "model");
    expect(JSON.stringify(model)).toMatch(
      /WARNING.*checkpoint-5: optimizer.safetensors has other content than when it was written.*WARNING.*checkpoint-4: trainer_state.json is missing/,
    );
    expect(leftBy(damaged, 8)).toEqual(leftBy(whole, 8));
  });

  test("shows in its live report the curves from before it was resumed", async () => {
    const { events } = await run(copy("watched"), { ...settings, resume: true });
    const state = new LiveState("watched");
    const isGoingOn = ({ type }: TrainEvent): boolean => type === "step";
    const begun = events.findIndex(isGoingOn);
    for (const event of events.slice(0, begun)) state.see(event);
    const { losses, evaluations } = state.now;
    expect(losses.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
    expect(evaluations.map(({ step }) => step)).toEqual([2, 4]);
    expect(liveSections(state.now)["training"]).toMatch(/<polyline/);
    expect(liveSections(state.now)["labels"]).toContain("The next check");
    for (const event of events.slice(begun)) state.see(event);
    const logged = historyOf(readFileSync(place.path("watched/metrics.jsonl"), "utf8"));
    expect(state.now.losses).toEqual(logged.losses);
    expect(state.now.evaluations.map(({ step, scores }) => ({ step, result: { scores } }))).toMatchObject(
      logged.evaluations.map(
        ({
          step,
          result: {
            scores: { loss, macroF1, microF1, relationMacroF1 },
          },
        }) => ({
          step,
          result: { scores: { loss, macroF1, microF1, relationMacroF1 } },
        }),
      ),
    );
    expect(liveSections(state.now)["labels"]).toContain("At step 8");
  });

  test("whose checkpoints are all damaged is an error that names them", async () => {
    const folder = copy("ruined");
    for (const step of [2, 4, 5]) rmSync(join(folder, `checkpoint-${step}`, "model.safetensors"));
    await expect(run(folder, { ...settings, resume: true })).rejects.toThrow(
      /no checkpoint of the run is whole.*checkpoint-5: model.safetensors is missing.*--overwrite/s,
    );
  });

  test("is not resumed with other settings: each is named", async () => {
    const other = run(stopped, { ...settings, learningRate: 1e-3, seed: 1, resume: true });
    await expect(other).rejects.toThrow(/--seed was 42, now 1/);
    await expect(other).rejects.toThrow(/--learning-rate was 0.003, now 0.001/);
  });

  test("is not resumed on other data", async () => {
    const before = readFileSync(data);
    writeFileSync(data, jsonLines(exampleDocuments(5)));
    try {
      await expect(run(stopped, { ...settings, resume: true })).rejects.toThrow(
        /the data has other contents: annotations.jsonlines had SHA-256/,
      );
    } finally {
      writeFileSync(data, before);
    }
  });

  test("is neither begun again nor replaced unless the user says so", async () => {
    await expect(run(stopped, settings)).rejects.toThrow(/holds a run with a checkpoint of step 5\. Add --resume/);
    expect(existsSync(join(stopped, ".relata.lock"))).toBe(false);
  });

  test("gets its best model back if the folder has a later one or none", async () => {
    const folder = copy("deleted/run");
    rmSync(join(folder, "model.safetensors"));
    await run(folder, { ...settings, resume: true });
    expect(leftBy(folder, 8)).toEqual(leftBy(place.path("in-one-go/run"), 8));
  });
});

describe("checkpoints", () => {
  test("are removed when the run has ended, unless the user wants some", async () => {
    const { saveTotalLimit: _, ...usual } = { ...small, maxSteps: 4, evalSteps: 1 };
    const folder = place.path("ended");
    const { events } = await run(folder, usual);
    expect(events.some(({ type }) => type === "checkpoint")).toBe(true);
    expect(readdirSync(folder).filter((name) => name.includes("checkpoint"))).toEqual([]);
    await expect(run(folder, { ...usual, resume: true })).rejects.toThrow(/a model whose run has ended/);
  });

  test("with --resume where no run is yet, it starts", async () => {
    const { events, result } = await run(place.path("none-yet"), { ...small, maxSteps: 1, resume: true });
    expect(JSON.stringify(events.find(({ type }) => type === "model"))).toContain("no run to resume");
    expect(result.steps).toBe(1);
  });

  test("of a run that is to replace a model lie beside it, and the model comes last", async () => {
    const folder = place.path("replaced");
    const settings = { ...small, maxSteps: 4, evalSteps: 1 };
    await run(folder, { ...settings, seed: 1 });
    const before = readFileSync(join(folder, "relata.json"), "utf8");
    await run(folder, { ...settings, overwrite: true }, { stopAfter: 2 });
    expect(readFileSync(join(folder, "relata.json"), "utf8")).toBe(before);
    expect(existsSync(join(folder, "next-model", "checkpoint-2"))).toBe(true);
    const { result } = await run(folder, { ...settings, resume: true });
    expect(result).toMatchObject({ folder, steps: 4, reason: "finished" });
    await run(place.path("fresh"), settings);
    expect(leftBy(folder, 4)).toMatchObject({ best: leftBy(place.path("fresh"), 4)["best"] });
    expect(readdirSync(folder).sort()).toEqual(readdirSync(place.path("fresh")).sort());
  });
});
