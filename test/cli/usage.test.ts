// Flags, commands and settings that are not right: exit code 64, and what was meant instead.
import { afterAll, expect, test } from "vitest";
import { relata, Workplace } from "../support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());
place.examples("annotations.jsonlines", 4);
place.file("unknown.json", '{"epochz": 3, "max_steps": 2}');
place.file("wrong.json", '{"batchSize": "many"}');
place.file("list.json", "[1]");
place.file("broken.json", '{"epochs": 3,');

const train = ["train", "annotations.jsonlines", "--output", "unused"];

test.each([
  ["an unknown command", ["trian"], ["relata: unknown command 'trian'", "Did you mean train?", "relata --help"]],
  ["an unknown flag", [...train, "--epoch", "3"], ["relata: unknown option '--epoch'", "Did you mean --epochs?"]],
  ["no data", ["train"], ["relata: missing required argument 'data'", "relata train --help"]],
  [
    "several wrong values",
    [...train, "--epochs", "many", "--seed", "1.5", "--test-size", "1", "--metric", "f1"],
    [
      '--epochs: expected a number, found "many"',
      "--seed: expected a whole number, found 1.5",
      "--test-size: expected less than 1, found 1",
      '--metric: expected macro_f1, micro_f1, accuracy, relation_macro_f1, relation_micro_f1 or loss, found "f1"',
    ],
  ],
  [
    "unknown keys of a config file",
    [...train, "--config", "unknown.json"],
    ['"epochz" is no setting. Did you mean "epochs"?', '"max_steps" is no setting. Did you mean "maxSteps"?'],
  ],
  [
    "a wrong value of a config file",
    [...train, "--config", "wrong.json"],
    ['"batchSize" of the config file: expected a number, found "many"'],
  ],
  ["a config file of a list", [...train, "--config", "list.json"], ["list.json: expected a JSON object of settings"]],
  ["a config file that is not JSON", [...train, "--config", "broken.json"], ["broken.json: not JSON"]],
])("%s", async (_, args, messages) => {
  const { code, stdout, stderr } = await relata(args, { cwd: place.folder });
  expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
  for (const message of messages) expect(stderr).toContain(message);
});

test("a config file that is not there", async () => {
  const { code, stderr } = await relata([...train, "--config", "nowhere.json"], { cwd: place.folder });
  expect(code, stderr).toBe(66);
  expect(stderr).toContain("Cannot read the config file nowhere.json: no such file.");
});

test("help and version are results", async () => {
  expect(await relata(["train", "--help"])).toMatchObject({
    code: 0,
    stderr: "",
    stdout: expect.stringContaining("--learning-rate <number>") as string,
  });
  expect(await relata(["--version"])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
  });
});
