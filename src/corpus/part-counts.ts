import type { Document } from "./document.ts";
import type { Part } from "./partition.ts";

/** How often relations have a label. */
export interface LabelCount {
  readonly label: string;
  readonly count: number;
}

/** For each part how many of its relations have each label; labels of no relation of a part too, the most frequent of all parts first. */
export function relationsByPart(parts: readonly Part[]): LabelCount[][] {
  const totals = labelCounts(parts.flatMap(({ documents }) => documents));
  const labels = [...totals].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([label]) => label);
  return parts.map(({ documents }) => {
    const counts = labelCounts(documents);
    return labels.map((label) => ({ label, count: counts.get(label) ?? 0 }));
  });
}

function labelCounts(documents: readonly Document[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { relations } of documents) {
    for (const { label } of relations) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}
