import type { PairExample } from "../../../corpus/pairs.ts";
import { formatLengthReport } from "../../../tokenization/inputs/length-report.ts";
import type { Encoded } from "../encoded.ts";
import type { RelationsLearned } from "./learned.ts";

const reasons = {
  types: "are not asked about: no relation of the schema joins their types",
  distance: "are not asked about: farther apart than --max-distance",
  count: "are not asked about: beyond the nearest --max-pairs of their document",
} as const;

/** Formats the losses of pairs, a line for each kind, then the number of related pairs never shown to the model. */
export function formatLosses(
  pairs: Encoded<PairExample>,
  { noRelationId: none }: Pick<RelationsLearned, "noRelationId">,
  total: number,
): string[] {
  const bounded = Object.entries(reasons).flatMap(([why, reason]) =>
    pairs.excluded[why] ? [`${share(pairs.excluded[why], total)} ${reason}`] : [],
  );
  const missed = pairs.unscored.filter(({ example }) => example.label !== none).length;
  const misses =
    missed === 0
      ? []
      : [
          `${missed} ${missed === 1 ? "pair with a relation is" : "pairs with a relation are"} never shown to the model`,
        ];
  return [...bounded, ...formatLengthReport(pairs.lengths), ...misses];
}

const share = (count: number, total: number): string =>
  `${count} of ${total} pairs (${((100 * count) / total).toFixed(1)} %)`;
