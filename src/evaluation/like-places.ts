import { pairKeys } from "./lookup-baseline.ts";
import type { MarkedSpans } from "./mistakes.ts";
import type { Document } from "../corpus/document.ts";

/** A place with its labels, and the fold of its document. */
export interface FoldedPlace {
  readonly document: Document;
  readonly spans: MarkedSpans;
  readonly fold: number;
  /** None where nothing is annotated, which counts as the label "". */
  readonly given: readonly string[];
}

/** The weight of the shares of wider likeness, in places: two like places weigh as much as all that are less alike. */
const prior = 2;

/**
 * Counts which labels stand at like places, and returns for a place the share of a label among those of the other folds. Pairs are
 * alike by their types, then by order, then by distance; single spans by their words. The share of each is drawn towards
 * that of the wider likeness, so that it is never 0.
 */
export function sharesElsewhere(places: readonly FoldedPlace[]): (place: FoldedPlace) => (label: string) => number {
  const counts = new Map<string, LabelCounts>();
  const labels = new Set<string>();
  for (const place of places) {
    for (const key of keysOf(place)) {
      const ofKey = counts.get(key) ?? new LabelCounts();
      counts.set(key, ofKey);
      for (const label of labelsOf(place)) {
        ofKey.add(place.fold, label);
        labels.add(label);
      }
    }
  }
  return (place) => {
    const levels = keysOf(place).map((key) => counts.get(key));
    return (label) =>
      levels.reduce(
        (share, level) => {
          const { ofLabel, all } = level?.outside(place.fold, label) ?? { ofLabel: 0, all: 0 };
          return (ofLabel + prior * share) / (all + prior);
        },
        1 / Math.max(1, labels.size),
      );
  };
}

const labelsOf = ({ given }: FoldedPlace): readonly string[] => (given.length > 0 ? given : [""]);

/** From the widest likeness to the narrowest. */
function keysOf({ document, spans: { head, tail } }: FoldedPlace): readonly string[] {
  if (!tail) return ["", JSON.stringify(document.text.slice(head.start, head.end).toLowerCase())];
  const { entities } = document;
  const at = (span: MarkedSpans["head"]): number => entities.findIndex((entity) => entity === span);
  return ["", ...pairKeys({ document, head: at(head), tail: at(tail) }).toReversed()];
}

/** Labels at places of one likeness, in all and by fold. */
class LabelCounts {
  readonly #all: FoldCounts = { sum: 0, ofFold: [] };
  readonly #ofLabel = new Map<string, FoldCounts>();

  add(fold: number, label: string): void {
    const ofLabel = this.#ofLabel.get(label) ?? { sum: 0, ofFold: [] };
    this.#ofLabel.set(label, ofLabel);
    for (const counts of [this.#all, ofLabel]) {
      counts.sum++;
      counts.ofFold[fold] = (counts.ofFold[fold] ?? 0) + 1;
    }
  }

  outside(fold: number, label: string): { readonly ofLabel: number; readonly all: number } {
    const without = (counts: FoldCounts | undefined): number => (counts ? counts.sum - (counts.ofFold[fold] ?? 0) : 0);
    return { ofLabel: without(this.#ofLabel.get(label)), all: without(this.#all) };
  }
}

interface FoldCounts {
  sum: number;
  readonly ofFold: number[];
}
