import { countOfUnit, type ChangedAnswer, type CompareResult, markedText, type ScoreDifference } from "../../index.ts";
import { textTable } from "../../report/text-table.ts";
import { plural } from "../../report/words.ts";
import { wrap } from "./wrap.ts";

/** Changed answers that are printed; the file of --output has all. */
const mostChanged = 20;

/** Formats a comparison for the terminal. */
export function renderComparison({ models, comparison }: CompareResult, width: number, hasFile: boolean): string {
  const { metrics, labels, mcNemar, documents, places, unit, changed, resamples } = comparison;
  const sections = [
    `First: ${models[0]}\nSecond: ${models[1]}`,
    textTable(
      columns("metric"),
      metrics.map((one) => [one.metric, ...cells(one)]),
    ),
    resamples === 0
      ? `${plural(documents, "document")}: too few for intervals. 6 at least.`
      : `Second less first, with the 95 % interval and p of the paired bootstrap of ${documents} documents.`,
    `Of ${countOfUnit(places, unit)}, the first alone is right in ${mcNemar.onlyFirst}, the second alone in ${mcNemar.onlySecond}: ` +
      `p = ${pText(mcNemar.p)} (McNemar, as if they were independent).`,
    textTable(
      [...columns(unit.label), { title: "adjusted p", align: "right" }, { title: "gold", align: "right" }],
      labels.map((one) => [
        one.label,
        ...cells(one),
        one.adjustedP === undefined ? "–" : pText(one.adjustedP),
        String(one.support),
      ]),
    ),
    `F1 of each ${unit.label}; adjusted p allows for how many there are (Holm).`,
    changedText(changed, hasFile),
  ];
  return wrap(sections.join("\n\n"), width);
}

const columns = (first: string): Parameters<typeof textTable>[0] => [
  { title: first },
  ...["first", "second", "difference", "95 % interval", "p"].map((title) => ({ title, align: "right" as const })),
];

const cells = ({ first, second, difference, low, high, p }: ScoreDifference): string[] => [
  first.toFixed(3),
  second.toFixed(3),
  signed(difference),
  low === undefined || high === undefined ? "–" : `${signed(low)} to ${signed(high)}`,
  p === undefined ? "–" : pText(p),
];

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;

const pText = (p: number): string => (p < 0.001 ? "<0.001" : p.toFixed(3));

const titles = {
  fixed: "Right in the second alone",
  broken: "Right in the first alone",
  other: "Wrong in both, in different ways",
} as const;

function changedText(changed: readonly ChangedAnswer[], hasFile: boolean): string {
  if (changed.length === 0) return "No answer differs.";
  const kinds = (["broken", "fixed", "other"] as const).flatMap((kind) => {
    const all = changed.filter((one) => one.kind === kind);
    if (all.length === 0) return [];
    const shown = all.slice(0, Math.ceil(mostChanged / 3)).map(lineOf);
    return [`${titles[kind]}: ${all.length}\n${shown.join("\n")}`];
  });
  const all = hasFile ? "" : "\n\n--output FILE writes every one.";
  return `${plural(changed.length, "answer")} differ.\n\n${kinds.join("\n\n")}${all}`;
}

function lineOf({ document, gold, first, second, excerpt }: ChangedAnswer): string {
  const names = (labels: readonly string[]): string => (labels.length > 0 ? labels.join(" + ") : "nothing");
  return `  ${document}: ${names(first)} → ${names(second)}, annotated ${names(gold)}\n    ${markedText(excerpt)}`;
}
