import { expect, test } from "vitest";
import { z } from "zod";
import { evaluateConfig, predictConfig, trainConfig } from "./config.ts";
import { UsageError } from "./errors.ts";
import { describeSettings, resolveSettings } from "./settings.ts";

const schema = z.strictObject({
  learningRate: z.number().positive().default(1e-3).describe("Highest rate"),
  maxSteps: z.int().optional().describe("Stop after"),
  output: z.string().describe("Folder"),
  overwrite: z.boolean().default(false).describe("Replace"),
  metric: z.enum(["f1", "loss"]).default("f1").describe("Which number"),
});

test("a field gives flag, type, default, choices and help", () => {
  expect(describeSettings(schema)).toEqual([
    {
      key: "learningRate",
      flag: "--learning-rate",
      type: "number",
      choices: undefined,
      default: 1e-3,
      required: false,
      help: "Highest rate",
    },
    {
      key: "maxSteps",
      flag: "--max-steps",
      type: "number",
      choices: undefined,
      default: undefined,
      required: false,
      help: "Stop after",
    },
    {
      key: "output",
      flag: "--output",
      type: "string",
      choices: undefined,
      default: undefined,
      required: true,
      help: "Folder",
    },
    {
      key: "overwrite",
      flag: "--overwrite",
      type: "boolean",
      choices: undefined,
      default: false,
      required: false,
      help: "Replace",
    },
    {
      key: "metric",
      flag: "--metric",
      type: "string",
      choices: ["f1", "loss"],
      default: "f1",
      required: false,
      help: "Which number",
    },
  ]);
});

test.each([
  ["train", trainConfig],
  ["evaluate", evaluateConfig],
  ["predict", predictConfig],
])("every setting of %s can be a flag and has help", (_, config) => {
  for (const { help } of describeSettings(config)) expect(help.length).toBeGreaterThan(10);
});

test("flag beats file beats default, and each says where it came from", () => {
  const { config, sources } = resolveSettings(
    schema,
    { output: "a", learningRate: "0.5" },
    { learningRate: 0.1, maxSteps: 3 },
  );
  expect(config).toEqual({ output: "a", learningRate: 0.5, maxSteps: 3, overwrite: false, metric: "f1" });
  expect(sources).toEqual({
    output: "flag",
    learningRate: "flag",
    maxSteps: "file",
    overwrite: "default",
    metric: "default",
  });
});

test.each([
  [{ output: "a", learningRate: "fast" }, {}, /--learning-rate: expected a number, found "fast"/],
  [{ output: "a", learningRate: "-1" }, {}, /--learning-rate: expected more than 0, found -1/],
  [{ output: "a", maxSteps: "1.5" }, {}, /--max-steps: expected a whole number, found 1.5/],
  [{ output: "a", metric: "f2" }, {}, /--metric: expected f1 or loss, found "f2"/],
  [{}, {}, /--output is missing/],
  [{ output: "a" }, { learningRate: "0.1" }, /"learningRate" of the config file/],
  [{ output: "a" }, { learning_rate: 0.1 }, /unknown settings: learning_rate/],
])("%j over %j is a usage error", (flags, file, message) => {
  expect(() => resolveSettings(schema, flags, file)).toThrow(UsageError);
  expect(() => resolveSettings(schema, flags, file)).toThrow(message);
});

test("all wrong settings are named at once", () => {
  expect(() => resolveSettings(schema, { learningRate: "x", maxSteps: "y" })).toThrow(
    /learning-rate[^]*max-steps[^]*output/,
  );
});
