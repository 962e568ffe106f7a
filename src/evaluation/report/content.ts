import type { SourceLocation } from "../../errors.ts";
import type { NamedScores } from "../baselines.ts";
import type { Comparison } from "../bootstrap.ts";
import type { ConfusionMatrix } from "../confusion.ts";
import type { Mistakes } from "../mistakes.ts";
import type { MetricName, Scores } from "../scores.ts";

/** A value over training steps. */
export interface Curve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

export interface CurvePoint {
  readonly step: number;
  readonly value: number;
}

export interface ReportSetting {
  readonly name: string;
  readonly value: string;
  /** Where the value came from: `flag`, `file`, `default`. */
  readonly from?: string;
}

/** Something left out or treated specially; the `Notice` of the corpus is one. */
export interface ReportNotice {
  readonly message: string;
  readonly count?: number;
  /** Of how many; makes a percentage. */
  readonly total?: number;
  /** The first places where it was found. */
  readonly locations?: readonly (SourceLocation & { readonly detail?: string | undefined })[];
}

/** All that the page shows; everything in it is data, nothing is markup. */
export interface Report {
  readonly title: string;
  /** One line: which model, which data, when. */
  readonly subtitle?: string;
  /** The metric that chose the model: the largest number on the page. */
  readonly metric: MetricName;
  readonly scores: Scores;
  readonly confusion: ConfusionMatrix;
  readonly baselines: readonly (NamedScores & { readonly description: string })[];
  /** Whether the differences to the baselines may be chance. */
  readonly comparison: Comparison;
  readonly lossCurves: readonly Curve[];
  readonly scoreCurves: readonly Curve[];
  /** The step whose weights were kept. */
  readonly bestStep?: number;
  readonly mistakes: Mistakes;
  /** How the model reads and decides. */
  readonly decisions: readonly ReportSetting[];
  readonly settings: readonly ReportSetting[];
  readonly notices: readonly ReportNotice[];
}
