// SIGINT and SIGTERM, once and twice, in the phases of a run that may be long: reading, the first evaluation, a later one, the test part.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleDocuments, jsonLines, relata, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());
const few = place.file("few.jsonl", jsonLines(exampleDocuments(6)));
/** Texts whose scoring takes longer than all steps. */
const many = place.file("many.jsonl", jsonLines(exampleDocuments(150).slice(6)));

/** Milliseconds, on a machine that others use as well. */
const timeout = 900_000;
const codes = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof codes;

const small = [
  "--model",
  "luke-mini",
  "--vocab-size",
  "300",
  "--batch-size",
  "4",
  "--threads",
  "1",
  "--candidates",
  "all",
];
const eachStep = [...small, "--max-steps", "4", "--eval-steps", "2", "--save-steps", "1"];
const ofValidation = [...eachStep, "--validation", many];
const ofTest = [...eachStep, "--validation", few, "--test", many];

interface Phase {
  readonly phase: string;
  readonly flags: readonly string[];
  /** The checkpoint after which the phase begins; if not given, it is that of reading. */
  readonly after?: string;
  readonly says: RegExp;
  /** The step that a resumed run goes on from. */
  readonly kept?: number;
}

const stopping = /Stopping after this step, with a checkpoint; the best model so far is kept\./;
const phases: readonly Phase[] = [
  {
    phase: "as it reads",
    flags: ofValidation,
    says: /Stopped by SIG\w+\. That was before the first training step: no model was saved\./,
  },
  {
    phase: "in its first evaluation",
    flags: ofValidation,
    after: "checkpoint-1",
    says: /Stopping after this step, with a checkpoint; a model is kept as well if its evaluation takes only seconds\./,
    kept: 2,
  },
  { phase: "in a later evaluation", flags: ofValidation, after: "checkpoint-3", says: stopping, kept: 4 },
  {
    phase: "as its test part is scored",
    flags: ofTest,
    after: "checkpoint-4",
    says: /Stopping; all steps are done and the model is kept\. What is not scored by now is left to --resume\./,
    kept: 4,
  },
];
const signals = (["SIGINT", "SIGTERM"] as const).flatMap((signal) =>
  (["once", "twice"] as const).map((times) => ({ signal, times })),
);

/** Runs a training whose signal comes in a phase; returns its end, and how long that took after the last signal. */
async function interrupted(
  output: string,
  { flags, after }: Phase,
  signal: Signal,
  again: number | undefined,
): Promise<CliResult & { readonly milliseconds: number }> {
  const due = new AbortController();
  const said = after === undefined ? /^Settings: /m : undefined;
  const timing = { signal, interruptOn: due.signal, interruptAt: said, againAfter: again };
  const begun = performance.now();
  const run = relata(["train", few, "--output", output, ...flags], timing);
  if (after === undefined) return { ...(await run), milliseconds: performance.now() - begun };
  while (!existsSync(`${output}/${after}`)) await pause(2);
  // A step takes some hundredths of a second, the phase after it some seconds.
  await pause(500);
  const start = performance.now() + (again ?? 0);
  due.abort();
  return { ...(await run), milliseconds: performance.now() - start };
}

describe("a run that is interrupted", () => {
  const weights = (output: string): string => readFileSync(`${output}/model.safetensors`, "base64");
  const whole = new Map<readonly string[], string>();
  beforeAll(async () => {
    for (const [i, flags] of [ofValidation, ofTest].entries()) {
      const output = place.path(`whole-${i}`);
      const { code, stderr } = await relata(["train", few, "--output", output, ...flags]);
      if (code !== 0) throw new Error(`relata train ended with ${code}:\n${stderr}`);
      whole.set(flags, weights(output));
    }
  }, timeout);

  const cases = phases.flatMap((phase) => signals.map((one) => ({ ...phase, ...one })));
  test.each(cases)("$phase, by $signal $times", { timeout }, async ({ signal, times, ...phase }) => {
    const output = place.path(`${phase.phase} ${signal} ${times}`.replace(/\W+/g, "-"));
    const once = times === "once";
    const result = await interrupted(output, phase, signal, once ? undefined : 1000);
    const { code, endedBy, stderr, milliseconds } = result;
    // While it starts, there is nothing that a second signal could be for.
    const isOver = phase.after === undefined;
    expect(endedBy ?? code, stderr).toSatisfy((end) => end === codes[signal] || (!once && end === signal));
    expect(stderr).not.toMatch(/Napi|bug in Relata/);
    expect(stderr).toMatch(phase.says);
    expect(milliseconds, stderr).toBeLessThan(10_000);
    const left = existsSync(output) ? readdirSync(output) : [];
    expect(left.filter((name) => /\.(?:tmp|old|lock)$/.test(name))).toEqual([]);
    if (isOver) expect(left).toEqual([]);
    if (once && phase.flags === ofTest) expect(left).toContain("report.html");
    const resumed = await relata(["train", few, "--output", output, ...phase.flags, "--resume"]);
    expect(resumed.code, resumed.stderr).toBe(0);
    if (phase.kept !== undefined) expect(resumed.stderr).toContain(`Going on from step ${phase.kept} `);
    expect(weights(output)).toBe(whole.get(phase.flags));
  });
});
