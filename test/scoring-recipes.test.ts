// The recipes of deploy/scoring name flags that exist, variables that are read, and exit codes of the contract.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { expect, test } from "vitest";
import { scoreRunConfig } from "../src/scoring/settings.ts";
import { describeSettings } from "../src/settings.ts";
import { exitCodes } from "../src/errors.ts";

const read = (name: string): string => readFileSync(new URL(`../deploy/scoring/${name}`, import.meta.url), "utf8");
const flags = new Set([...describeSettings(scoreRunConfig).map(({ flag }) => flag), "--json"]);
const lasting: readonly number[] = [exitCodes.usage, exitCodes.badData, exitCodes.inputMissing];

/** Expects a command of relata score run whose flags all exist. */
function expectCommand(words: readonly string[]): void {
  expect(words.slice(0, 3)).toEqual(["relata", "score", "run"]);
  expect(words.filter((word) => word.startsWith("--") && !flags.has(word))).toEqual([]);
  expect(words).toContain("--shard-from-env");
}

test("Kubernetes: as many tasks as completions, and no second attempt where none would help", () => {
  const { spec } = parse(read("kubernetes.yaml")) as {
    spec: {
      completionMode: string;
      completions: number;
      podFailurePolicy: { rules: { action: string; onExitCodes?: { values: number[] } }[] };
      template: { spec: { containers: { command: string[] }[] } };
    };
  };
  const { command } = spec.template.spec.containers[0]!;
  expectCommand(command);
  expect(spec.completionMode).toBe("Indexed");
  expect(Number(command[command.indexOf("--tasks") + 1])).toBe(spec.completions);
  const rule = spec.podFailurePolicy.rules.find(({ action }) => action === "FailIndex");
  expect(rule?.onExitCodes?.values).toEqual(lasting);
});

test("AWS Batch: as many tasks as the array has children, and retries by exit code", () => {
  const job = JSON.parse(read("aws-batch.json")) as {
    arrayProperties: { size: number };
    containerOverrides: { command: string[] };
    retryStrategy: { evaluateOnExit: { onExitCode?: string; action: string }[] };
  };
  const { command } = job.containerOverrides;
  expectCommand(command);
  expect(Number(command[command.indexOf("--tasks") + 1])).toBe(job.arrayProperties.size);
  const codes = (action: string): number[] =>
    job.retryStrategy.evaluateOnExit
      .filter((rule) => rule.action === action && rule.onExitCode !== undefined)
      .map((rule) => Number(rule.onExitCode));
  expect(codes("EXIT")).toEqual(lasting);
  expect(codes("RETRY")).toEqual([exitCodes.tryAgain]);
});

test.each(["slurm.sh", "parallel.sh"])("%s: flags that exist", (name) => {
  const command = /(?:relata|\$relata) (score run [^\n"]*(?:"\$folder"|\$folder)[^\n]*)/.exec(read(name))![1]!;
  expect(command).toContain("--threads");
  expectCommand(["relata", ...command.replaceAll('"', "").split(/\s+/)]);
});

test("ray_score.py: flags that exist, and the exit codes of the contract", () => {
  const recipe = read("ray_score.py");
  const command = /command = \[.*"score", "run".*\]\n.*command \+= .*/.exec(recipe)![0];
  const given = [...command.matchAll(/"(--[\w-]+)"/g)].map(([, flag]) => flag!);
  const reference = readFileSync(new URL("../docs/reference/cli.md", import.meta.url), "utf8");
  const own = reference.split("relata score run [options]")[1]!.split("\n## ")[0]!;
  expect(given).toEqual(["--shards-from-stdin", "--json", "--threads"]);
  expect(given.filter((flag) => !own.includes(`\`${flag}`))).toEqual([]);
  const codes = /TRY_AGAIN, USAGE, BAD_DATA = (\d+), (\d+), (\d+)/.exec(recipe)!.slice(1).map(Number);
  expect(codes).toEqual([exitCodes.tryAgain, exitCodes.usage, exitCodes.badData]);
});
