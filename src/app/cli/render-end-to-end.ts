import { formatUnknownLabels, type EndToEnd } from "../../index.ts";
import { overlapTable } from "../../report/entity-tables.ts";
import { plural } from "../../report/words.ts";
import { textTable, type TextColumn } from "../../report/text-table.ts";
import { wrap } from "./wrap.ts";

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
  const unknown = unknownTypesText(entities);
  return [`Found in ${plural(texts, "bare text")}`, table, reasons, ...unknown, overlapTable(entities.overlap)].join(
    "\n\n",
  );
}

/** A sentence on annotated entities that no answer can match, if there are any. */
function unknownTypesText({ unknownTypes, strict }: EndToEnd["entities"]): string[] {
  if (unknownTypes.length === 0) return [];
  const count = unknownTypes.reduce((sum, type) => sum + type.count, 0);
  const untyped = unknownTypes.filter(({ label }) => label === "").map((none) => `(no type) ${none.count}`);
  const named = unknownTypes.filter(({ label }) => label !== "");
  const names = [...(named.length > 0 ? [formatUnknownLabels(named)] : []), ...untyped].join(", ");
  const text =
    `${count} of ${strict.micro.support} annotated entities have a type that the model does not know, and each is a miss: ` +
    `${names}.${named.length > 0 ? renaming : ""}`;
  return [wrap(text, process.stdout.columns || 100)];
}

const renaming =
  " Where a type has another name in the model, relata data rename FILE RENAMED --type OLD=NEW renames it.";
