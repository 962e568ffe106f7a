import type { Marked } from "./marked.ts";

/** The labels that annotators gave to pairs of these types. */
export interface Fit {
  readonly head: string;
  readonly tail: string;
  readonly labels: readonly string[];
}

/** Which labels occur between which types, in the order in which they come. */
export function fitsOf(all: Iterable<Pick<Marked, "entities" | "relations">>): Fit[] {
  const fits = new Map<string, { head: string; tail: string; labels: Set<string> }>();
  for (const { entities, relations } of all) {
    const types = new Map(entities.map(({ id, type }) => [id, type]));
    for (const { head, tail, label } of relations) {
      const [from, to] = [types.get(head), types.get(tail)];
      if (from === undefined || to === undefined) continue;
      const key = JSON.stringify([from, to]);
      const fit = fits.get(key) ?? { head: from, tail: to, labels: new Set() };
      fits.set(key, fit);
      fit.labels.add(label);
    }
  }
  return [...fits.values()].map(({ head, tail, labels }) => ({ head, tail, labels: [...labels] }));
}
