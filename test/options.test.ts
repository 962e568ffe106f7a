// The written interfaces of the library's options are the types of the schemas, neither more nor less.
import { readdirSync } from "node:fs";
import { expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type * as config from "../src/config.ts";
import type * as several from "../src/experiment/settings.ts";
import type * as label from "../src/label-config.ts";
import type { renameConfig } from "../src/formats/rename-settings.ts";
import type * as options from "../src/options/index.ts";

type Input<Schema extends z.ZodType> = z.input<Schema>;

test("each option has the type of its setting", () => {
  expectTypeOf<options.TrainOptions>().toEqualTypeOf<Input<typeof config.trainConfig>>();
  expectTypeOf<options.CurveOptions>().toEqualTypeOf<Input<typeof several.curveConfig>>();
  expectTypeOf<options.RepeatOptions>().toEqualTypeOf<Input<typeof several.repeatConfig>>();
  expectTypeOf<options.SweepOptions>().toEqualTypeOf<Input<typeof several.sweepConfig>>();
  expectTypeOf<options.EvaluateOptions>().toEqualTypeOf<Input<typeof config.evaluateConfig>>();
  expectTypeOf<options.PredictOptions>().toEqualTypeOf<Input<typeof config.predictConfig>>();
  expectTypeOf<options.PredictFilesOptions>().toEqualTypeOf<Input<typeof config.predictFilesConfig>>();
  expectTypeOf<options.ConvertOptions>().toEqualTypeOf<Input<typeof config.convertConfig>>();
  expectTypeOf<options.CheckOptions>().toEqualTypeOf<Input<typeof config.checkConfig>>();
  expectTypeOf<options.SplitOptions>().toEqualTypeOf<Input<typeof config.splitConfig>>();
  expectTypeOf<options.StatsOptions>().toEqualTypeOf<Input<typeof config.statsConfig>>();
  expectTypeOf<options.SuspectsOptions>().toEqualTypeOf<Input<typeof config.suspectsConfig>>();
  expectTypeOf<options.CompareOptions>().toEqualTypeOf<Input<typeof config.compareConfig>>();
  expectTypeOf<options.AnnotateOptions>().toEqualTypeOf<Input<typeof label.annotateConfig>>();
  expectTypeOf<options.SampleOptions>().toEqualTypeOf<Input<typeof label.sampleConfig>>();
  expectTypeOf<options.RenameOptions>().toEqualTypeOf<Input<typeof renameConfig>>();
  expectTypeOf<options.ExportOptions>().toEqualTypeOf<Input<typeof config.exportConfig>>();
  expectTypeOf<options.GraphOptions>().toEqualTypeOf<Input<typeof config.graphConfig>>();
  const written = readdirSync(new URL("../src/options", import.meta.url));
  expect(written).toHaveLength(19);
});
