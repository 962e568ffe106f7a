import type { PairEncodingResult } from "./pair-encoding.ts";

/** What lengths did to some pairs, in counts; reports of parts add up to the report of the whole. */
export interface LengthReport {
  readonly pairs: number;
  /** Encoded, with part of the text left out. */
  readonly truncated: number;
  /** Encoded, with a mention longer than what counts for its position. */
  readonly mentionsCut: number;
  /** Not encoded: a mention covers no token. */
  readonly mentionsWithoutTokens: number;
  /** Not encoded: head and tail do not fit into one encoding. */
  readonly tooFarApart: number;
}

export function lengthReport(results: Iterable<PairEncodingResult>): LengthReport {
  const report = { pairs: 0, truncated: 0, mentionsCut: 0, mentionsWithoutTokens: 0, tooFarApart: 0 };
  for (const result of results) {
    report.pairs++;
    if ("encoding" in result) {
      if (result.encoding.truncated) report.truncated++;
      if (result.encoding.mentionCut) report.mentionsCut++;
    } else if (result.unencodable.kind === "mention without tokens") report.mentionsWithoutTokens++;
    else report.tooFarApart++;
  }
  return report;
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
