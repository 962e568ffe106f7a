import { mkdir, readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { DataError, UsageError } from "../errors.ts";
import { writeFailure } from "../files/failures.ts";
import { makeFolders } from "../files/folders.ts";
import { formatSettings, type FormatSettings } from "../formats/settings.ts";
import { requireUsed } from "../formats/used-settings.ts";
import { mapped } from "../generators.ts";
import { runJob } from "../run/run-job.ts";
import { pickSettings } from "../settings.ts";
import { cutLines } from "./cut-lines.ts";
import { kindOfInput, namedInputs } from "./inputs.ts";
import { manifestOf, planName, readManifest, uriOf, writeManifest, type Manifest, type Shard } from "./manifest.ts";
import { identify } from "./model-identity.ts";
import { ScoringThread } from "./scoring-thread.ts";
import { scoringOptions, type ScorePlanConfig } from "./settings.ts";

export type ScorePlanEvent =
  /** An input that is written anew as JSON Lines, since its format has no ranges that can be read apart. */
  | { readonly type: "converting"; readonly path: string }
  | { readonly type: "reading"; readonly path: string; readonly rows: number; readonly bytes: number };

export interface ScorePlanResult {
  readonly folder: string;
  readonly run: string;
  readonly shards: number;
  readonly rows: number;
  readonly bytes: number;
  /** Rows that could not be read when inputs were written anew. */
  readonly rejects: number;
  /** Inputs that were written anew as JSON Lines, with their formats. */
  readonly converted: readonly { readonly path: string; readonly format: string; readonly rows: number }[];
  /** Inputs without content. */
  readonly empty: readonly string[];
  readonly notices: readonly string[];
  /** Whether the folder held this very plan already. */
  readonly isKnown: boolean;
}

type Input = Manifest["inputs"][number];

interface Cut {
  readonly inputs: Input[];
  readonly shards: Shard[];
  readonly empty: string[];
  readonly notices: string[];
  rejects: number;
}

/**
 * Plans a run: opens the model once to see that it can answer, and cuts the inputs into shards.
 * @throws UsageError if the folder holds anything else than this plan; DataError if there is no row to score
 */
export async function* planScoring(
  model: string,
  paths: readonly string[],
  config: ScorePlanConfig,
  signal: AbortSignal,
): AsyncGenerator<ScorePlanEvent, ScorePlanResult> {
  const folder = resolve(config.output);
  const known = await requireFree(folder, config.output);
  const options = pickSettings(scoringOptions, config);
  const identity = await identify(model);
  const entities = options.entities === undefined ? undefined : await identify(options.entities);
  if (entities) options.entities = entities.name;
  const head = { model: identity, ...(entities ? { entities } : {}), options, maxRejects: config.maxRejects };
  const named = await namedInputs(paths);
  const trial = manifestOf({ ...head, rejects: 0, inputs: [], shards: [] });
  const [opened] = await ScoringThread.openAll(trial, 1, { threads: 1, signal });
  const { finds } = opened!;
  await opened!.close();
  await makeFolders(folder).catch((error: unknown) => {
    throw writeFailure(config.output, error);
  });
  const cut: Cut = { inputs: [], shards: [], empty: [], notices: [], rejects: 0 };
  for (const path of named) yield* cutInput(path, { folder, config, finds, signal, cut });
  if (cut.inputs.some(({ uri }) => /^\w+:/.test(uri))) requireUsed(settingsOf(config), ["relata"]);
  const { inputs, shards, empty, notices, rejects } = cut;
  if (shards.length === 0) throw new DataError("no row is there to be scored in any of the inputs. Check their paths.");
  const plan = manifestOf({ ...head, rejects, inputs, shards });
  if (known && known.run !== plan.run) throw otherPlan(config.output);
  if (!known) await writeManifest(folder, plan);
  const sum = (of: "rows" | "bytes"): number => inputs.reduce((total, input) => total + input[of], 0);
  const converted = inputs.filter(({ uri }) => !/^\w+:/.test(uri));
  const counts = { shards: shards.length, rows: sum("rows"), bytes: sum("bytes"), rejects };
  return { folder, run: plan.run, ...counts, converted, empty, notices, isKnown: known !== undefined };
}

const settingsOf = (config: ScorePlanConfig): FormatSettings =>
  formatSettings.parse(pickSettings(formatSettings.omit({ annotator: true, skipInvalid: true }), config));

const otherPlan = (folder: string): UsageError =>
  new UsageError(`${folder} holds the plan of another run, and nothing is replaced. Name another folder by --output.`);

/** Returns the plan that the folder holds already. @throws UsageError if it holds anything else */
async function requireFree(folder: string, named: string): Promise<Manifest | undefined> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw writeFailure(named, error);
  });
  if (names.includes(planName)) return readManifest(folder);
  // A plan that was interrupted leaves its converted inputs, which are written again.
  if (names.every((name) => name === "input")) return undefined;
  throw new UsageError(`The folder ${named} is not empty, and holds no plan. Name another folder by --output.`);
}

interface Cutting {
  readonly folder: string;
  readonly config: ScorePlanConfig;
  readonly finds: boolean;
  readonly signal: AbortSignal;
  readonly cut: Cut;
}

async function* cutInput(path: string, cutting: Cutting): AsyncGenerator<ScorePlanEvent, void> {
  const { folder, config, finds, signal, cut } = cutting;
  const kind = await kindOfInput(path, settingsOf(config), finds);
  if (kind === "empty") {
    cut.empty.push(path);
    return;
  }
  let lines = path;
  let format = "relata";
  if (kind === "other") {
    yield { type: "converting", path };
    lines = join(folder, "input", `${String(cut.inputs.length).padStart(5, "0")}-${basename(resolve(path))}.jsonl`);
    await mkdir(join(folder, "input"), { recursive: true });
    const rejects = lines.replace(/jsonl$/, "rejects.jsonl");
    const job = { path, output: lines, rejects, settings: settingsOf(config), finds };
    const run = runJob("predictionLines", () => job, { signal });
    const toEvent = ({ documents, bytes }: { documents: number; bytes: number }): ScorePlanEvent => ({
      type: "reading",
      path,
      rows: documents,
      bytes,
    });
    const written = yield* mapped(run[Symbol.asyncIterator](), toEvent);
    cut.rejects += written.rejects;
    cut.notices.push(...written.notices);
    format = written.formats.join(", ");
  }
  const uri = uriOf(folder, lines);
  let rows = 0;
  for await (const shard of cutLines(lines, uri, config.shardRows)) {
    signal.throwIfAborted();
    cut.shards.push(shard);
    rows += shard.rows;
    yield { type: "reading", path, rows, bytes: shard.end };
  }
  cut.inputs.push({ path: resolve(path), uri, format, rows, bytes: (await stat(lines)).size });
}
