// SIGINT and SIGTERM in each phase of a run, full and read-only disks: code, message, and what is left, within ten seconds.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { digestsOf, relata, Workplace, type CliOptions, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 4);
const settings = [
  "--model",
  "luke-mini",
  "--vocab-size",
  "300",
  "--batch-size",
  "4",
  "--threads",
  "1",
  "--max-steps",
  "24",
];
const train = (output: string, flags: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
  relata(["train", data, "--output", place.path(output), ...settings, ...flags], options);
const remains = (folder: string): string[] =>
  readdirSync(place.path(folder), { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(?:tmp|old|lock)$/.test(name),
  );
const modelOf = (folder: string): string => readFileSync(place.path(`${folder}/model.safetensors`), "base64");
afterAll(() => place.remove());

/** Milliseconds, on a machine that others use as well. */
const timeout = 600_000;

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof codes;

const namesIn = (output: string): string[] => {
  const folder = place.path(output);
  return existsSync(folder) ? readdirSync(folder) : [];
};

/** Sends a signal once a run has said something, or made a file of such a name; returns its end, and how long it took. */
async function interrupted(
  output: string,
  flags: readonly string[],
  when: {
    readonly said?: RegExp | undefined;
    readonly file?: RegExp | undefined;
    readonly signal: Signal;
    readonly again?: number | undefined;
  },
): Promise<CliResult & { readonly milliseconds: number }> {
  const stopping = new AbortController();
  const { signal, said, file, again } = when;
  const run = train(output, flags, { signal, interruptOn: stopping.signal, againAfter: again, interruptAt: said });
  let start = 0;
  if (file !== undefined) {
    while (!namesIn(output).some((name) => file.test(name))) await pause(2);
    start = performance.now();
    stopping.abort();
  }
  const result = await run;
  return { ...result, milliseconds: performance.now() - (start || performance.now()) };
}

describe("a run that is interrupted", () => {
  const eachStep = ["--eval-steps", "6", "--save-steps", "1"];
  beforeAll(() => train("whole", eachStep), timeout);

  const phases = [
    ["as it starts", { said: /training documents/ }, false],
    ["in a step or as a checkpoint is saved", { file: /^checkpoint-(?:[2-9]|\d\d)$/ }, true],
    ["as the best model is saved, or evaluated", { file: /^model\.safetensors$/ }, true],
    ["at its first evaluation", { said: /^ +6 .*\*$/m }, true],
  ] as const;
  const signals = [
    ["SIGINT", undefined],
    ["SIGINT", 150],
    ["SIGTERM", undefined],
    ["SIGTERM", 150],
  ] as const;
  const each = phases.flatMap(([phase, when, isBegun]) =>
    signals.map(([signal, again]) => ({
      phase,
      when,
      isBegun,
      signal,
      again,
      times: again === undefined ? "once" : "twice",
    })),
  );
  test.each(each)("$phase, by $signal $times", { timeout }, async ({ phase, when, isBegun, signal, again }) => {
    const output = `${phase} ${signal} ${again}`.replace(/\W+/g, "-");
    const { code, endedBy, stderr, milliseconds } = await interrupted(output, eachStep, { ...when, signal, again });
    expect(endedBy ?? code, stderr).toSatisfy(
      (end) => end === codes[signal] || (again !== undefined && end === signal),
    );
    expect(stderr).not.toMatch(/Napi|bug in Relata/);
    expect(milliseconds).toBeLessThan(10_000);
    expect(remains(output)).toEqual([]);
    if (!isBegun) {
      expect(stderr).toContain(`Stopped by ${signal}. That was before the first training step: no model was saved.`);
      expect(readdirSync(place.path(output))).toEqual([]);
    } else if (again === undefined) {
      expect(stderr).toMatch(/Stopping after this step, with a checkpoint/);
      expect(stderr).toMatch(/^To go on from there: npx relata train .* --save-steps 1 --resume$/m);
    }
    const resumed = await train(output, [...eachStep, "--resume"]);
    expect(resumed.code, resumed.stderr).toBe(0);
    if (isBegun) expect(resumed.stderr).toMatch(/^Going on from step \d+/m);
    expect(modelOf(output)).toBe(modelOf("whole"));
  });
});

const isRoot = process.platform === "linux" && process.getuid?.() === 0;
/** Mounts a file system of so many KiB; returns whether that was possible. */
function mounted(name: string, kibibytes: number): boolean {
  mkdirSync(place.path(name), { recursive: true });
  return spawnSync("mount", ["-t", "tmpfs", "-o", `size=${kibibytes}k`, "tmpfs", place.path(name)]).status === 0;
}
const canMount = isRoot && mounted("probe", 64);
if (canMount) spawnSync("umount", [place.path("probe")]);
else
  process.stderr.write(
    "SKIPPED: full and read-only disks. Only root may mount the file systems that these tests need.\n",
  );

describe.runIf(canMount)("a disk", { timeout }, () => {
  afterEach(() => void spawnSync("umount", [place.path("disk")]));

  test("that has no space for the model: code 69, the place, and nothing in part", async () => {
    expect(mounted("disk", 2048)).toBe(true);
    const { code, stderr } = await train("disk/model", ["--eval-steps", "6"]);
    expect(code, stderr).toBe(69);
    expect(stderr).toMatch(/disk\/model\/model\.safetensors cannot be written: no space left on device/);
    expect(remains("disk/model")).toEqual([]);
  });

  test("that has no space for checkpoints: a warning, and the run comes to its end", async () => {
    expect(mounted("disk", 7000)).toBe(true);
    const { code, stderr } = await train("disk/model", ["--eval-steps", "6", "--save-steps", "6"]);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/WARNING: no checkpoint of step \d+, training goes on: .*no space left on device/);
    expect(remains("disk/model")).toEqual([]);
  });

  test("that has no space for a second model: the former one is whole", async () => {
    expect(mounted("disk", 5000)).toBe(true);
    expect(await train("disk/model", ["--eval-steps", "12", "--save-steps", "0"])).toMatchObject({ code: 0 });
    const before = digestsOf(place.path("disk/model"));
    const { code, stderr } = await train("disk/model", ["--eval-steps", "6", "--save-steps", "0", "--overwrite"]);
    expect(code, stderr).toBe(69);
    rmSync(place.path("disk/model/next-model"), { recursive: true });
    expect(digestsOf(place.path("disk/model"))).toEqual(before);
  });

  test("that is read-only: code 69 before any work", async () => {
    expect(mounted("disk", 9000)).toBe(true);
    mkdirSync(place.path("disk/model"));
    spawnSync("mount", ["-o", "remount,ro", place.path("disk")]);
    const { code, stderr } = await train("disk/model", []);
    expect(code, stderr).toBe(69);
    expect(stderr).toMatch(/disk\/model.* cannot be written: read-only file system/);
  });
});
