import { open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { makeFolders } from "../files/folders.ts";
import { writeFailure } from "../files/failures.ts";
import { wholeLines } from "../files/whole-lines.ts";
import { fileSize, readText } from "../model/read-file.ts";
import type { CurveConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import type { CurveLine, CurveRun } from "../evaluation/learning-curve.ts";
import type { ScoredPart } from "../evaluation/scored-part.ts";
import { metricTitles, type MetricName } from "../evaluation/scores.ts";
import { curveSvg } from "../report/learning-curve-picture.ts";
import { flagOf } from "../settings.ts";
import { versions } from "../version.ts";

export const ledgerName = "curve.jsonl";

/** A finished run as the ledger has it. */
export interface CurveEntry extends CurveRun {
  readonly model: string;
  /** The headline numbers, as in the log of a training run. */
  readonly scores: Readonly<Record<string, unknown>>;
  /** Macro F1 of SemEval-2010's scorer, from 0 to 1, where the data is of it. */
  readonly official?: number | undefined;
  readonly steps: number;
  readonly seconds: number;
}

/** A finished curve: `curve.json`. */
export interface CurveResult {
  readonly folder: string;
  readonly metric: MetricName;
  /** How the score was made, in words. */
  readonly protocol: string;
  /** Documents that every run is scored on. */
  readonly heldOut: number;
  /** Whether these documents chose the checkpoint of each run too. */
  readonly part: ScoredPart;
  readonly lines: readonly (CurveLine & { readonly sentence: string })[];
  readonly runs: readonly CurveEntry[];
  readonly seconds: number;
}

/** All that decides what a run gives, beside model, documents and seed. */
type Basis = Readonly<Record<string, unknown>>;

/** Settings that say which runs there are, and where; a curve may be taken up with others. */
const ofThePlan: ReadonlySet<string> = new Set(["model", "points", "seeds", "output", "overwrite", "threads"]);

const maxLedgerBytes = 2 ** 28;

export const basisOf = (config: CurveConfig, data: readonly { readonly sha256: string }[]): Basis => ({
  relata: versions.relata,
  data: data.map(({ sha256 }) => sha256),
  ...Object.fromEntries(Object.entries(config).filter(([key, value]) => !ofThePlan.has(key) && value !== undefined)),
});

/**
 * `curve.jsonl`: what the runs rest on in the first line, then one line for each finished run, safe on disk when `add`
 * returns. A line that was cut short is forgotten.
 */
export class CurveLedger {
  readonly #path: string;
  readonly entries: CurveEntry[];

  private constructor(path: string, entries: CurveEntry[]) {
    this.#path = path;
    this.entries = entries;
  }

  /**
   * Takes up the curve of a folder, or begins one in a new or empty folder.
   * @throws UsageError for a folder that holds something else, or a curve of other data or settings, unless `overwrite`.
   */
  static async open(
    folder: string,
    basis: Basis,
    { overwrite }: { readonly overwrite: boolean },
  ): Promise<CurveLedger> {
    const path = join(folder, ledgerName);
    try {
      await makeFolders(folder);
      const names = await readdir(folder);
      if (names.length > 0 && !names.includes(ledgerName)) {
        throw new UsageError(
          `The output folder ${folder} is not empty, and holds no ${ledgerName} to go on with: it holds ${names.slice(0, 3).join(", ")}. Choose another folder.`,
        );
      }
      const lines = (await fileSize(path)) === undefined ? [] : wholeLines(await readText(path, maxLedgerBytes));
      const [first, ...rest] = lines;
      const changed = first === undefined ? [] : differences(first as Basis, basis);
      if (changed.length > 0 && !overwrite) {
        throw new UsageError(
          `The curve in ${folder} was begun otherwise: ${changed.join("; ")}. Run it as before to go on with it, choose another --output, or add --overwrite to begin anew.`,
        );
      }
      const entries = changed.length > 0 ? [] : (rest as CurveEntry[]);
      const ledger = new CurveLedger(path, entries);
      await rm(path, { force: true });
      for (const line of [basis, ...entries]) await ledger.#append(line);
      return ledger;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw writeFailure(folder, error);
    }
  }

  find(model: string, documents: number, seed: number): CurveEntry | undefined {
    return this.entries.find((entry) => entry.model === model && entry.documents === documents && entry.seed === seed);
  }

  async add(entry: CurveEntry): Promise<void> {
    this.entries.push(entry);
    try {
      await this.#append(entry);
    } catch (error) {
      throw writeFailure(this.#path, error);
    }
  }

  async #append(line: object): Promise<void> {
    const file = await open(this.#path, "a");
    try {
      await file.appendFile(`${JSON.stringify(line)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** The parts of the basis that have changed, in words. */
function differences(before: Basis, now: Basis): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys.flatMap((key) => {
    const [was, is] = [before[key], now[key]].map((value) => JSON.stringify(value));
    if (was === is) return [];
    if (key === "data") return ["its data had other contents"];
    if (key === "relata") return [`it was made by Relata ${was ?? "of no version"}, this is ${is}`];
    return [`${flagOf(key)} was ${was ?? "not given"}, now ${is ?? "not given"}`];
  });
}

/** Writes the finished curve beside its ledger: `curve.json`, and `curve.svg` for people. */
export async function writeCurve(result: CurveResult, config: CurveConfig): Promise<void> {
  const { metric, protocol, heldOut, part, lines, runs } = result;
  const json = { version: 1, createdWith: versions, metric, protocol, heldOut, part, settings: config, lines, runs };
  await writeFileAtomic(join(config.output, "curve.json"), `${JSON.stringify(json, null, 2)}\n`);
  const picture = { metric: metricTitles[metric], isLoss: metric === "loss", heldOut, seeds: config.seeds };
  await writeFileAtomic(join(config.output, "curve.svg"), curveSvg(lines, picture));
}
