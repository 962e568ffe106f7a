import type { Curve } from "../line-chart.ts";
import type { Unit } from "../../corpus/unit.ts";
import type { NamedScores } from "../../evaluation/baselines.ts";
import type { Comparison } from "../../evaluation/bootstrap.ts";
import type { ConfusionMatrix } from "../../evaluation/confusion.ts";
import type { Mistakes } from "../../evaluation/mistakes.ts";
import type { FromText } from "./end-to-end-section.ts";
import type { ReportNotice } from "../notices-list.ts";
import type { MetricName, Scores } from "../../evaluation/scores.ts";

export interface ReportSetting {
  readonly name: string;
  readonly value: string;
  /** Where the value came from: `flag`, `file`, `default`. */
  readonly from?: string;
}

/** All that the page shows; everything in it is data, nothing is markup. */
export interface Report {
  readonly title: string;
  /** One line: which model, which data, when. */
  readonly subtitle?: string;
  /** The metric that chose the model: the largest number on the page. */
  readonly metric: MetricName;
  /** Sentences on which part of the documents the figures are from. */
  readonly parts?: readonly string[];
  /** The thing that got a label. */
  readonly unit: Unit;
  readonly scores: Scores;
  readonly confusion: ConfusionMatrix;
  readonly baselines: readonly (NamedScores & { readonly description: string })[];
  /** Whether the differences to the baselines may be chance. */
  readonly comparison: Comparison;
  /** Scores from the bare text, of a model that finds entities. */
  readonly fromText?: FromText | undefined;
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
