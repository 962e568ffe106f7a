import type { Scores } from "../evaluation/scores.ts";
import { wholeLines } from "../files/whole-lines.ts";
import type { CurvePoint } from "./line-chart.ts";

/** The course of a run, for its curves. */
export interface RunHistory {
  readonly losses: CurvePoint[];
  /** Steps that were skipped, since their gradients overflowed float16. */
  readonly skipped: number[];
  readonly evaluations: { readonly step: number; readonly result: { readonly scores: CurveScores } }[];
}
/** The scores that curves show; that of relations is absent if there is no label for no relation. */
export type CurveScores = Pick<Scores, "loss" | "macroF1" | "microF1"> & Partial<Pick<Scores, "relationMacroF1">>;

export const curveScoresOf = ({ loss, macroF1, microF1, relationMacroF1, noRelationId }: Scores): CurveScores => ({
  loss,
  macroF1,
  microF1,
  ...(noRelationId === null ? {} : { relationMacroF1 }),
});

/** Reads the course of a run from the lines of its log. */
export function historyOf(metrics: string): RunHistory {
  const history: RunHistory = { losses: [], skipped: [], evaluations: [] };
  for (const line of wholeLines(metrics)) {
    const entry = line as { type: string; step: number; loss: number; result: CurveScores };
    if (entry.type === "step") history.losses.push({ step: entry.step, value: entry.loss });
    if (entry.type === "overflow") history.skipped.push(entry.step);
    if (entry.type === "evaluation") history.evaluations.push({ step: entry.step, result: { scores: entry.result } });
  }
  return history;
}
