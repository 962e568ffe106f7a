import type { PairExample } from "../../../corpus/pairs.ts";
import { noRelationId, type LabelSchema } from "../../../corpus/labels.ts";
import { formatLengthReport } from "../../../tokenization/inputs/length-report.ts";
import type { EncodedPairs } from "./encode.ts";

const reasons = {
  types: "are not asked about: no relation of the schema joins their types",
  distance: "are not asked about: farther apart than --max-distance",
  count: "are not asked about: beyond the nearest --max-pairs of their document",
} as const;

/** What the model is not shown of some pairs, one line for each kind, with how many of them are related. */
export function formatLosses(
  pairs: EncodedPairs<PairExample>,
  schema: LabelSchema,
  total: number = pairs.count + pairs.unscored.length,
): string[] {
  const bounded = Object.entries(pairs.excluded).flatMap(([why, count]) =>
    count === 0 ? [] : [`${share(count, total)} ${reasons[why as keyof typeof reasons]}`],
  );
  const none = noRelationId(schema);
  const missed = pairs.unscored.filter(({ pair }) => pair.label !== none).length;
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
