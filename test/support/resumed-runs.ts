// A run in one go beside the same run with interruptions: what must be equal to the byte.
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { trainConfig, type TrainOptions } from "../../src/config.ts";
import { train, type TrainEvent, type TrainResult } from "../../src/recipes/train.ts";
import { familyFolder } from "./encoder-families.ts";
import { exampleDocuments, jsonLines, Workplace } from "./run-cli.ts";

export const place = new Workplace();
export const data = place.file("annotations.jsonlines", jsonLines(exampleDocuments(6)));
afterAll(() => place.remove());

export type RunSettings = Omit<TrainOptions, "output">;

/** Settings of a small run of BERT with dropout; every one of them may be changed. */
export const small: RunSettings = {
  model: familyFolder("bert"),
  learningRate: 3e-3,
  dropout: 0.1,
  attentionDropout: 0.1,
  maxLength: 128,
  batchSize: 8,
  threads: 1,
  saveTotalLimit: 1,
};

/** Runs `relata train` in this thread; stops it after a step, if one is given, by the way of run.stop(). */
export async function run(
  output: string,
  settings: RunSettings,
  {
    stopAfter,
    stopAt = (event) => event.type === "step" && event.step === stopAfter,
    stopGrace,
  }: {
    readonly stopAfter?: number;
    readonly stopAt?: (event: TrainEvent) => boolean;
    readonly stopGrace?: number;
  } = {},
): Promise<{ readonly events: readonly TrainEvent[]; readonly result: TrainResult }> {
  const events: TrainEvent[] = [];
  let isStopping = false;
  const work = train([data], trainConfig.parse({ ...settings, output }), {
    shouldStop: () => isStopping,
    stopGrace,
  });
  for (;;) {
    const next = await work.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
    isStopping ||= stopAt(next.value);
  }
}

const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

/** The digests of all that a run of these steps leaves, and its log without times. */
export function leftBy(folder: string, steps: number): Record<string, unknown> {
  const checkpoint = join(folder, `checkpoint-${steps}`);
  const adapter = join(folder, "adapter_model.safetensors");
  const lines = readFileSync(join(folder, "metrics.jsonl"), "utf8");
  const state = readFileSync(join(checkpoint, "trainer_state.json"), "utf8");
  const untimed = (text: string): string => text.replace(/"seconds": ?[\d.e-]+/g, "").replace(/"resume": ?\w+/g, "");
  return {
    best: sha256(existsSync(adapter) ? adapter : join(folder, "model.safetensors")),
    manifest: readFileSync(join(folder, "relata.json"), "utf8"),
    report: sha256(join(folder, "report.html")),
    weights: sha256(join(checkpoint, "model.safetensors")),
    moments: sha256(join(checkpoint, "optimizer.safetensors")),
    logits: sha256(join(checkpoint, "best_logits.safetensors")),
    metrics: untimed(lines),
    state: untimed(state),
  };
}

/** Compares a run in one go with one that is stopped after each of some steps and resumed. */
export async function expectSame(settings: RunSettings, stops: readonly number[]): Promise<TrainResult> {
  const root = mkdtempSync(join(tmpdir(), "relata-resumed-"));
  const [whole, parts] = [join(root, "whole", "run"), join(root, "parts", "run")];
  try {
    const { result: inOneGo } = await run(whole, settings);
    for (const [i, stopAfter] of stops.entries()) {
      const { result } = await run(parts, { ...settings, resume: i > 0 }, { stopAfter });
      expect(result).toMatchObject({ reason: "stopped", steps: stopAfter });
    }
    const { events } = await run(parts, { ...settings, resume: true });
    expect(events.find(({ type }) => type === "resumed")).toMatchObject({ step: stops.at(-1) });
    expect(leftBy(parts, inOneGo.steps)).toEqual(leftBy(whole, inOneGo.steps));
    return inOneGo;
  } finally {
    rmSync(root, { recursive: true });
  }
}
