import type { EndToEnd } from "../../index.ts";
import { overlapTable } from "../../report/entity-tables.ts";
import { plural } from "../../report/words.ts";
import { textTable, type TextColumn } from "../../report/text-table.ts";

/** Formats what was found in bare texts for the terminal, with the reasons for missed relations. */
export function renderEndToEnd({ texts, entities, withGold, strict, boundaries, misses }: EndToEnd): string {
  const numbers = ["precision", "recall", "f1", "gold", "found"].map((title): TextColumn => ({
    title,
    align: "right",
  }));
  const rows = [
    ["entities: boundaries and type", entities.strict.micro],
    ["entities: boundaries alone", entities.boundaries],
    ...(withGold ? [["relations between annotated entities", withGold.micro] as const] : []),
    ["relations between found entities: boundaries and types", strict.micro],
    ["relations between found entities: boundaries alone", boundaries.micro],
  ] as const;
  const table = textTable(
    [{ title: "micro" }, ...numbers],
    rows.map(([name, { precision, recall, f1, support, predicted }]) => [
      name,
      ...[precision, recall, f1].map((value) => value.toFixed(3)),
      String(support),
      String(predicted),
    ]),
  );
  const { entity, boundaries: place, type, label, noRelation } = misses.causes;
  const reasons =
    misses.missed === 0
      ? "No annotated relation is missed."
      : `Of ${plural(misses.missed, "missed relation")}, ${entity} lack an entity, ${place} have one with other boundaries, ${type} one of ` +
        `another type; ${label} have another label or direction, and of ${noRelation} nothing was said.`;
  return `Found in ${plural(texts, "bare text")}\n\n${table}\n\n${reasons}\n\n${overlapTable(entities.overlap)}`;
}
