import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic-file.ts";
import type { CurveConfig } from "./settings.ts";
import type { CurveLine, CurveRun } from "../evaluation/learning-curve.ts";
import type { ScoredPart } from "../evaluation/scored-part.ts";
import { metricTitles, type MetricName } from "../evaluation/scores.ts";
import { curveSvg } from "../report/learning-curve-picture.ts";
import { versions } from "../version.ts";

export const ledgerName = "curve.jsonl";

/** Settings that say which runs there are, and where; a curve may be taken up with others. */
export const ofTheCurve: ReadonlySet<string> = new Set(["model", "points", "seeds", "output", "overwrite", "threads"]);

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

/** Writes the finished curve beside its ledger: `curve.json`, and `curve.svg` for people. */
export async function writeCurve(result: CurveResult, config: CurveConfig): Promise<void> {
  const { metric, protocol, heldOut, part, lines, runs } = result;
  const json = { version: 1, createdWith: versions, metric, protocol, heldOut, part, settings: config, lines, runs };
  await writeFileAtomic(join(config.output, "curve.json"), `${JSON.stringify(json, null, 2)}\n`);
  const picture = { metric: metricTitles[metric], isLoss: metric === "loss", heldOut, seeds: config.seeds };
  await writeFileAtomic(join(config.output, "curve.svg"), curveSvg(lines, picture));
}
