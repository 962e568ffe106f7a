import type { Curve } from "../line-chart.ts";
import type { Unit } from "../../corpus/unit.ts";
import type { NamedScores } from "../../evaluation/baselines.ts";
import type { Comparison } from "../../evaluation/bootstrap.ts";
import type { ConfusionMatrix } from "../../evaluation/confusion.ts";
import type { DistanceBin } from "../../evaluation/distances.ts";
import type { Evaluation } from "../../evaluation/evaluation.ts";
import type { ScoredPart } from "../../evaluation/scored-part.ts";
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

/** The data of a run: documents and examples of each part, how often each label occurs, and the files. */
export interface DataSummary {
  readonly documents: PartNumbers;
  readonly examples: PartNumbers;
  readonly labels: readonly (PartNumbers & { readonly label: string })[];
  readonly entityTypes: readonly string[];
  readonly files: readonly {
    readonly path: string;
    readonly sha256: string;
    readonly documents: number;
    readonly part?: string | undefined;
  }[];
}

/** A number for each part; `test` is absent if the validation part is all that is held out. */
export interface PartNumbers {
  readonly train: number;
  readonly validation: number;
  readonly test?: number;
}

/** All that the page shows; everything in it is data, nothing is markup. */
export interface Report {
  readonly title: string;
  /** One line: which model, which data, when. */
  readonly subtitle?: string;
  /** The metric that chose the model: the largest number on the page. */
  readonly metric: MetricName;
  /** The part of the documents that the figures are from, and sentences on it. */
  readonly part?: ScoredPart;
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
  /** Steps that changed no weights, since their gradients overflowed float16; none if not given. */
  readonly skippedSteps?: readonly number[];
  /** The step whose weights were kept. */
  readonly keptStep?: number;
  readonly mistakes: Mistakes;
  readonly reliability?: Evaluation["reliability"];
  readonly distances?: readonly DistanceBin[] | undefined;
  readonly data?: DataSummary;
  /** How the model reads and decides. */
  readonly decisions: readonly ReportSetting[];
  readonly settings: readonly ReportSetting[];
  readonly notices: readonly ReportNotice[];
}
