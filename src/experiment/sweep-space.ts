import { z } from "zod";
import { trainConfig, type TrainConfig } from "../config.ts";
import { closest } from "../corpus/closest.ts";
import { corpusSettings } from "../corpus/settings.ts";
import { UsageError } from "../errors.ts";
import { evaluationSettings } from "../evaluation/settings.ts";
import { formatSettings } from "../formats/settings.ts";
import { checkpointSettings, trackingSettings } from "../model/checkpoints/settings.ts";
import { quote } from "../quote.ts";
import { random, type Random } from "../random.ts";
import { flagOf } from "../settings.ts";
import { readSettingsFile } from "../settings-file.ts";

const limits = z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high, "expected [least, greatest]");
const range = z.union([
  z.strictObject({ choice: z.array(z.union([z.string(), z.number(), z.boolean()])).min(2) }),
  z.strictObject({ uniform: limits }),
  z.strictObject({ logUniform: limits.refine(([low]) => low > 0, "expected limits above 0") }),
]);
type Range = z.infer<typeof range>;

/** The settings that are searched over, each with its values. */
export type Space = Readonly<Record<string, Range>>;

/** Values of the settings of a space. */
export type Sample = Readonly<Record<string, string | number | boolean>>;

/** Settings that decide what is compared, on which documents, or where: with others, scores would not be comparable. */
const fixed: ReadonlySet<string> = new Set([
  ...[formatSettings, corpusSettings, evaluationSettings, checkpointSettings, trackingSettings].flatMap(({ shape }) =>
    Object.keys(shape),
  ),
  "task",
  "output",
  "overwrite",
  "seed",
  "threads",
  "device",
  "multiLabel",
  "noRelationLabel",
  "schema",
  "vocabSize",
]);

const shape: Readonly<Record<string, z.ZodType>> = trainConfig.shape;

/**
 * Reads the space of `--sweep`: settings of `relata train` by name, each with `choice`, `uniform` or `logUniform`.
 * @throws UsageError for a name that is no setting, or none to search over, and for values that the setting refuses
 */
export async function readSpace(path: string): Promise<Space> {
  const file = await readSettingsFile(path, "sweep file");
  const problems = Object.entries(file).flatMap(([key, given]) => problemsOf(key, given));
  if (Object.keys(file).length === 0)
    problems.push("it is empty; for example: learningRate: { logUniform: [1e-4, 1e-3] }");
  if (problems.length > 0)
    throw new UsageError(`Cannot use the sweep file ${path}:\n${problems.map((one) => `  ${one}`).join("\n")}`);
  return file as Space;
}

function problemsOf(key: string, given: unknown): string[] {
  if (!Object.hasOwn(shape, key)) {
    const suggestion = closest(
      key,
      Object.keys(shape).filter((name) => !fixed.has(name)),
    );
    return [`${quote(key)} is no setting.${suggestion ? ` Did you mean "${suggestion}"?` : ""}`];
  }
  if (fixed.has(key))
    return [`${quote(key)} is the same for all trials, so that they can be compared: give it by ${flagOf(key)}`];
  const parsed = range.safeParse(given);
  if (!parsed.success)
    return [
      `${quote(key)}: expected { choice: [a, b] }, { uniform: [least, greatest] } or { logUniform: [least, greatest] }, found ${JSON.stringify(given)}`,
    ];
  return endsOf(parsed.data).flatMap((value) => {
    const result = shape[key]!.safeParse(value);
    return result.success
      ? []
      : [`${quote(key)}: ${JSON.stringify(value)} cannot be used (${result.error.issues[0]!.message})`];
  });
}

const endsOf = (given: Range): readonly (string | number | boolean)[] =>
  "choice" in given ? given.choice : "uniform" in given ? given.uniform : given.logUniform;

/**
 * Draws settings at random, no two alike; trial i depends on the seed and on i alone, so that more trials begin as fewer do.
 * Fewer are returned where the space has no more.
 */
export function samplesOf(space: Space, trials: number, seed: number): Sample[] {
  const found = new Map<string, Sample>();
  for (let draw = 0; found.size < trials && draw < 50 * trials; draw++) {
    const stream = random(seed, "sweep", draw);
    const sample = Object.fromEntries(Object.entries(space).map(([key, of]) => [key, drawn(key, of, stream)]));
    const name = JSON.stringify(sample);
    if (!found.has(name)) found.set(name, sample);
  }
  return [...found.values()];
}

function drawn(key: string, of: Range, stream: Random): string | number | boolean {
  if ("choice" in of) return of.choice[stream.below(of.choice.length)]!;
  const at = stream.next();
  if ("uniform" in of) return near(key, of.uniform[0] + at * (of.uniform[1] - of.uniform[0]), of.uniform);
  const [low, high] = of.logUniform.map(Math.log) as [number, number];
  return near(key, Math.exp(low + at * (high - low)), of.logUniform);
}

/** In three digits, which a file shows as they are, within the limits; whole where the setting is. */
function near(key: string, value: number, [low, high]: readonly [number, number]): number {
  const short = Math.min(high, Math.max(low, Number(value.toPrecision(3))));
  return shape[key]!.safeParse(short).success ? short : Math.round(short);
}

/** The settings of a trial, whole. @throws UsageError for a setting that is given outside of the space as well */
export function trialConfig(config: TrainConfig, sample: Sample, output: string): TrainConfig {
  for (const key of Object.keys(sample)) {
    const [given, fallback] = [config[key as keyof TrainConfig], shape[key]!.parse(undefined)];
    if (given !== fallback)
      throw new UsageError(
        `${flagOf(key)} is ${JSON.stringify(given)} and is searched over by the sweep file as well: give it in one place.`,
      );
  }
  return trainConfig.parse({
    ...config,
    ...sample,
    splitSeed: config.splitSeed ?? config.seed,
    output,
    overwrite: true,
    saveSteps: 0,
  });
}
