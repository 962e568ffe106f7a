import { pairUnit, type Unit } from "../../corpus/unit.ts";
import type { Unencodable } from "./unencodable.ts";

/** Counts of examples that lost something because of their length. */
export interface LengthReport {
  examples: number;
  /** Encoded, with part of the text left out. */
  truncated: number;
  /** Encoded, with a mention longer than what counts for its position. */
  mentionsCut: number;
  /** Not encoded: a mention covers no token. */
  mentionsWithoutTokens: number;
  /** Not encoded: head and tail do not fit into one encoding. */
  tooFarApart: number;
  /** Not encoded: the mention alone does not fit into one encoding. */
  mentionsTooLong: number;
}

export const emptyLengthReport = (): LengthReport => ({
  examples: 0,
  truncated: 0,
  mentionsCut: 0,
  mentionsWithoutTokens: 0,
  tooFarApart: 0,
  mentionsTooLong: 0,
});

/** Counts one more example by how it was encoded, or why it was not. */
export function addToReport(
  report: LengthReport,
  result: { readonly truncated: boolean; readonly mentionCut: boolean } | Unencodable,
): void {
  report.examples++;
  if ("kind" in result) {
    if (result.kind === "mention without tokens") report.mentionsWithoutTokens++;
    else if (result.kind === "mention too long") report.mentionsTooLong++;
    else report.tooFarApart++;
    return;
  }
  if (result.truncated) report.truncated++;
  if (result.mentionCut) report.mentionsCut++;
}

/** One line for each kind of loss, with its share of all examples; none if nothing was lost. */
export function formatLengthReport(report: LengthReport, { many }: Unit = pairUnit): string[] {
  const share = (count: number): string => `${((100 * count) / report.examples).toFixed(1)} %`;
  const losses: [count: number, loss: string][] = [
    [report.truncated, "keep only the part of the text around their mentions"],
    [report.mentionsCut, "have a mention longer than the tokens that count for its position"],
    [report.mentionsWithoutTokens, "are not encoded: a mention covers no token"],
    [report.tooFarApart, "are not encoded: their mentions are too far apart for one encoding"],
    [report.mentionsTooLong, "are not encoded: a mention is longer than one encoding"],
  ];
  return losses
    .filter(([count]) => count > 0)
    .map(([count, loss]) => `${count} of ${report.examples} ${many} (${share(count)}) ${loss}`);
}
