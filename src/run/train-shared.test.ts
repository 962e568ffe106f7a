import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { trainConfig } from "../config.ts";
import { TryAgainError } from "../errors.ts";
import { writePlan } from "../experiment/shared-runs.ts";
import { drain } from "../generators.ts";
import { versions } from "../version.ts";
import { trainShared } from "./train-shared.ts";

const data = fileURLToPath(new URL("../../examples/annotations.jsonlines", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "relata-shared-"));
afterAll(() => rmSync(folder, { recursive: true }));
const name = "seed-1";
const trained = (output: string) => drain(trainShared({ folder: output, run: "r", name }, () => false));

it("refuses runs whose output folder is not on this machine, or is another one, and says what to do", async () => {
  const other = join(folder, "other");
  mkdirSync(other);
  for (const output of [join(folder, "nowhere"), other]) {
    await expect(trained(output)).rejects.toThrow(TryAgainError);
    await expect(trained(output)).rejects.toThrow(
      `The worker on ${hostname()} lacks files of the command: ${output} holds no runs to train here, or does not exist. Workers find`,
    );
  }
});

it("gives up quietly a run that nobody waits for any more", async () => {
  const ended = join(folder, "ended");
  mkdirSync(ended);
  writeFileSync(join(ended, "runs.jsonl"), "{}\n");
  expect(await trained(ended)).toEqual({ isTrained: false });
});

it.each([
  ["the data", { paths: ["/nowhere/data.jsonl"] }, "/nowhere/data.jsonl: no such file"],
  ["a part", { config: { test: "/nowhere/test.jsonl" } }, "/nowhere/test.jsonl: no such file"],
  ["the model", { config: { model: "/nowhere/model" } }, "/nowhere/model does not exist"],
])(
  "refuses runs without %s, by the path",
  async (_, { paths, config }: { paths?: string[]; config?: object }, path) => {
    const output = join(folder, "output");
    await writePlan(output, {
      run: "r",
      kind: "repeat",
      code: { ...versions },
      paths: paths ?? [data],
      data: [createHash("sha256").update(readFileSync(data)).digest("hex")],
      orders: [
        { name, number: 0, run: { seed: 1 }, config: trainConfig.parse({ model: "luke-mini", output, ...config }) },
      ],
    });
    await expect(trained(output)).rejects.toThrow(`The worker on ${hostname()} lacks files of the command: ${path}`);
  },
);
