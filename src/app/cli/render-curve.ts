import type { CurveResult } from "../../index.ts";
import { plural } from "../../report/words.ts";
import { textTable, type TextColumn } from "../../report/text-table.ts";
import { wrap } from "./wrap.ts";

const marks = ["●", "▲", "■", "◆", "○", "△", "□", "◇"];
const rows = 12;

/** Formats a learning curve for the terminal: a table, a chart, and the point where more labels stop paying. */
export function renderCurve(result: CurveResult, width: number): string {
  const { lines, metric, protocol, heldOut, part } = result;
  const chose =
    part === "test" ? "which chose nothing" : "which also chose each run's checkpoint, so that scores are optimistic";
  const sentences = lines.map(({ model, sentence }) => (lines.length > 1 ? `${model}: ${sentence}` : sentence));
  const notes = [
    `${metric} on ${plural(heldOut, "held-out document")}, ${chose}: mean, and in brackets the lowest and the highest of the seeds.`,
    ...(protocol ? [`${metric}: ${protocol}`] : []),
  ];
  return [table(result), chart(result, Math.min(width, 72)), wrap([...sentences, "", ...notes].join("\n"), width)].join(
    "\n\n",
  );
}

function table({ lines, runs }: CurveResult): string {
  const sizes = sizesOf(lines);
  const hasOfficial = runs.every(({ official }) => official !== undefined);
  const columns: TextColumn[] = [
    { title: "documents", align: "right" },
    ...lines.map(({ model }, i) => ({ title: `${marks[i % marks.length]} ${model}` })),
    ...(hasOfficial
      ? lines.map(({ model }) => ({ title: `official macro F1, ${model}`, align: "right" as const }))
      : []),
    { title: "best plain rule", align: "right" },
  ];
  return textTable(
    columns,
    sizes.map((documents) => {
      const points = lines.map((line) => line.points.find((point) => point.documents === documents));
      const official = lines.map(({ model }) => {
        const values = runs.flatMap((run) =>
          run.model === model && run.documents === documents ? (run.official ?? []) : [],
        );
        return values.length === 0 ? "–" : ((100 * values.reduce((a, b) => a + b, 0)) / values.length).toFixed(2);
      });
      const baseline = points.find((point) => point?.baseline !== undefined)?.baseline;
      return [
        String(documents),
        ...points.map((point) =>
          point
            ? `${point.mean.toFixed(3)}${point.seeds > 1 ? ` (${point.least.toFixed(3)} to ${point.greatest.toFixed(3)})` : ""}`
            : "–",
        ),
        ...(hasOfficial ? official : []),
        baseline === undefined ? "–" : baseline.toFixed(3),
      ];
    }),
  );
}

/** Draws the points of all lines over a logarithmic axis of documents; dots are the best plain rule. */
function chart({ lines }: CurveResult, width: number): string {
  const sizes = sizesOf(lines);
  const [first, last] = [sizes[0]!, sizes.at(-1)!];
  const columns = width - 8;
  const highest = Math.max(1, ...lines.flatMap(({ points }) => points.map(({ mean }) => mean)));
  const column = (documents: number): number =>
    first === last
      ? Math.floor(columns / 2)
      : Math.round((Math.log(documents / first) / Math.log(last / first)) * (columns - 4)) + 1;
  const row = (value: number): number => rows - Math.round((Math.max(0, value) / highest) * rows);
  const grid = Array.from({ length: rows + 1 }, () => Array.from({ length: columns }, () => " "));
  const between = (points: readonly (readonly [number, number])[], mark: string): void => {
    for (const [i, [x, y]] of points.entries()) {
      const [nextX, nextY] = points[i + 1] ?? [x, y];
      grid[y]![x] = mark;
      for (let at = x + 1; at < nextX; at++) grid[Math.round(y + ((nextY - y) * (at - x)) / (nextX - x))]![at] = mark;
    }
  };
  const rule = (lines[0]?.points ?? []).flatMap(({ documents, baseline }) =>
    baseline === undefined ? [] : [[column(documents), row(baseline)] as const],
  );
  between(rule, "·");
  for (const { points } of lines.toReversed())
    between(
      points.map((point) => [column(point.documents), row(point.mean)]),
      "-",
    );
  for (const [i, { points }] of [...lines.entries()].toReversed())
    for (const { documents, mean } of points) grid[row(mean)]![column(documents)] = marks[i % marks.length]!;
  const body = grid.map((cells, i) => {
    const value = (highest * (rows - i)) / rows;
    const label = i % 3 === 0 ? value.toFixed(2) : "";
    return `${label.padStart(5)} │${cells.join("")}`.trimEnd();
  });
  const axis = Array.from({ length: columns }, () => " ");
  let free = columns;
  for (const size of sizes.toReversed()) {
    const text = String(size);
    const start = Math.min(columns - text.length, Math.max(0, column(size) - Math.floor(text.length / 2)));
    if (start + text.length >= free) continue;
    for (let i = 0; i < text.length; i++) axis[start + i] = text[i]!;
    free = start;
  }
  return [
    ...body,
    `      └${"─".repeat(columns)}`,
    `       ${axis.join("").trimEnd()}`,
    "       documents learnt from; the dotted line is the best plain rule",
  ].join("\n");
}

const sizesOf = (lines: CurveResult["lines"]): number[] =>
  [...new Set(lines.flatMap(({ points }) => points.map(({ documents }) => documents)))].sort((a, b) => a - b);
