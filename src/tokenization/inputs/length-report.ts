import type { Unencodable } from "./unencodable.ts";

/** What lengths did to some pairs, in counts. */
export interface LengthReport {
  pairs: number;
  /** Encoded, with part of the text left out. */
  truncated: number;
  /** Encoded, with a mention longer than what counts for its position. */
  mentionsCut: number;
  /** Not encoded: a mention covers no token. */
  mentionsWithoutTokens: number;
  /** Not encoded: head and tail do not fit into one encoding. */
  tooFarApart: number;
}

export const emptyLengthReport = (): LengthReport => ({
  pairs: 0,
  truncated: 0,
  mentionsCut: 0,
  mentionsWithoutTokens: 0,
  tooFarApart: 0,
});

/** One more pair: how it was encoded, or why it was not. */
export function addToReport(
  report: LengthReport,
  result: { readonly truncated: boolean; readonly mentionCut: boolean } | Unencodable,
): void {
  report.pairs++;
  if ("kind" in result) {
    if (result.kind === "mention without tokens") report.mentionsWithoutTokens++;
    else report.tooFarApart++;
    return;
  }
  if (result.truncated) report.truncated++;
  if (result.mentionCut) report.mentionsCut++;
}

/** One line for each kind of loss there was, with its share of all pairs; none where nothing was lost. */
export function formatLengthReport(report: LengthReport): string[] {
  const losses: [count: number, loss: string][] = [
    [report.truncated, "keep only the part of the text around their mentions"],
    [report.mentionsCut, "have a mention longer than the tokens that count for its position"],
    [report.mentionsWithoutTokens, "are not encoded: a mention covers no token"],
    [report.tooFarApart, "are not encoded: their mentions are too far apart for one encoding"],
  ];
  return losses
    .filter(([count]) => count > 0)
    .map(
      ([count, loss]) => `${count} of ${report.pairs} pairs (${((100 * count) / report.pairs).toFixed(1)} %) ${loss}`,
    );
}
