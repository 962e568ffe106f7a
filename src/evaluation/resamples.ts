import { random } from "../random.ts";
import { bcaInterval, type BcaInterval } from "./bca.ts";
import { countsByDocument, LabelTotals, type JudgedPair, type Measure } from "./document-counts.ts";

/**
 * Fewest documents: with fewer, even a model that is better on all of them may be so by chance, since 2 × 0.5⁵ > 0.05.
 */
export const fewestDocuments = 6;

const mostResamples = 1000;
const fewestResamples = 200;

/** Most additions in all resamples together: some seconds of work. */
const mostAdditions = 400_000_000;

/** Groups of documents of which the jackknife leaves one out at a time: enough for the skewness that it measures. */
const mostGroups = 500;

export interface ResamplingOptions {
  readonly labelCount: number;
  readonly noRelationId: number;
}

/** The values of one system: of the whole sample, of every resample, and without each group of documents. */
interface Values {
  readonly whole: number;
  readonly drawn: Float64Array;
  readonly left: Float64Array;
}

/**
 * Resamples documents with replacement, since the pairs of one document are not independent, and computes the measures
 * of every system on the same resamples.
 */
export class Resamples {
  readonly documents: number;
  /** 0 if there are too few documents to decide anything. */
  readonly resamples: number;
  readonly #values: readonly (readonly Values[])[];

  constructor(
    pairs: readonly JudgedPair[],
    systems: number,
    measures: readonly Measure[],
    { labelCount, noRelationId }: ResamplingOptions,
  ) {
    const counts = countsByDocument(pairs, systems, noRelationId);
    this.documents = counts.length;
    const additions = counts.reduce((sum, all) => sum + all.reduce((of, one) => of + one.length, 0), 0);
    const resamples = Math.max(
      fewestResamples,
      Math.min(mostResamples, Math.floor(mostAdditions / Math.max(1, additions))),
    );
    this.resamples = this.documents < fewestDocuments ? 0 : resamples;
    const groups = Math.min(this.documents, mostGroups);
    const totals = new LabelTotals(labelCount, noRelationId);
    const values = Array.from({ length: systems }, () =>
      measures.map(() => ({ drawn: new Float64Array(this.resamples), left: new Float64Array(groups), whole: 0 })),
    );
    this.#values = values;

    const sumUp = (system: number, weights?: Int32Array): void => {
      totals.clear();
      for (const [document, all] of counts.entries()) totals.add(all[system]!, weights?.[document] ?? 1);
    };
    for (const [system, ofSystem] of values.entries()) {
      sumUp(system);
      for (const [m, measure] of measures.entries()) ofSystem[m]!.whole = totals.measure(measure);
      if (this.resamples === 0) continue;
      for (let group = 0; group < groups; group++) {
        const addGroup = (weight: number): void => {
          for (let i = group; i < counts.length; i += groups) totals.add(counts[i]![system]!, weight);
        };
        addGroup(-1);
        for (const [m, measure] of measures.entries()) ofSystem[m]!.left[group] = totals.measure(measure);
        addGroup(1);
      }
    }
    const stream = random("bootstrap");
    const weights = new Int32Array(this.documents);
    for (let resample = 0; resample < this.resamples; resample++) {
      weights.fill(0);
      for (let i = 0; i < this.documents; i++) weights[stream.below(this.documents)]!++;
      for (const [system, ofSystem] of values.entries()) {
        sumUp(system, weights);
        for (const [m, measure] of measures.entries()) ofSystem[m]!.drawn[resample] = totals.measure(measure);
      }
    }
  }

  /** The value of a measure on the whole sample. */
  value(system: number, measure: number): number {
    return this.#values[system]![measure]!.whole;
  }

  /**
   * The interval of a measure of a system, or of its difference to that of another; needs resamples.
   * @param measure the position in the list of measures
   */
  interval(system: number, measure: number, minus?: number): BcaInterval {
    const one = this.#values[system]![measure]!;
    const other = minus === undefined ? undefined : this.#values[minus]![measure]!;
    const less = (key: "drawn" | "left"): Float64Array =>
      one[key].map((value, i) => value - (other === undefined ? 0 : other[key][i]!));
    return bcaInterval(one.whole - (other?.whole ?? 0), less("drawn"), less("left"), this.documents);
  }
}
