/** The result of one training run on some of the documents. */
export interface CurveRun {
  readonly model: string;
  /** Number of training documents. */
  readonly documents: number;
  readonly seed: number;
  /** The value of the chosen metric on the held-out documents. */
  readonly score: number;
  /** The value of the best baseline learnt from the same documents; absent for a loss, which baselines do not have. */
  readonly baseline?: number | undefined;
}

/** All runs of one model on one number of documents. */
export interface CurvePoint {
  readonly documents: number;
  readonly mean: number;
  readonly least: number;
  readonly greatest: number;
  /** Mean score of the best baseline. */
  readonly baseline?: number | undefined;
  readonly seeds: number;
}

/** Whether more documents would help. Gains are in units of the score; positive is better, for a loss as well. */
export interface CurveVerdict {
  /** The fewest documents after which no point is better by more than `leastGain` and chance; the last point where labels still pay. */
  readonly stopsAt: number;
  /** Whether the last point is still worth its documents. */
  readonly stillPays: boolean;
  /** Whether a later point is better by `leastGain` on average, but not beyond chance. */
  readonly isUncertain: boolean;
  /** The gain from `stopsAt`, or from the point before the last if labels still pay, to the best later point. */
  readonly gain: number;
}

export interface CurveLine {
  readonly model: string;
  /** From few documents to many. */
  readonly points: readonly CurvePoint[];
  readonly verdict: CurveVerdict;
}

/** A gain below this is not worth labels, however certain it is. */
export const leastGain = 0.01;

/** The part of a gain that is assumed to be chance where each point has a single run, which cannot estimate it. */
const chanceOfOneSeed = 0.03;

/** The lines of a learning curve, one for each model, in the order in which the models first occur. */
export function curveLines(runs: readonly CurveRun[], greaterIsBetter = true): CurveLine[] {
  const models = [...new Set(runs.map(({ model }) => model))];
  return models.map((model): CurveLine => {
    const ofModel = runs.filter((run) => run.model === model);
    const sizes = [...new Set(ofModel.map(({ documents }) => documents))].sort((a, b) => a - b);
    const points = sizes.map((documents) => pointOf(ofModel.filter((run) => run.documents === documents)));
    return { model, points, verdict: verdictOf(ofModel, sizes, greaterIsBetter ? 1 : -1) };
  });
}

function pointOf(runs: readonly CurveRun[]): CurvePoint {
  const scores = runs.map(({ score }) => score);
  const baselines = runs.flatMap(({ baseline }) => baseline ?? []);
  return {
    documents: runs[0]!.documents,
    mean: mean(scores),
    least: Math.min(...scores),
    greatest: Math.max(...scores),
    baseline: baselines.length > 0 ? mean(baselines) : undefined,
    seeds: runs.length,
  };
}

/**
 * Labels pay from one point to a later one if the mean gain is `leastGain` at least and more than two standard errors of
 * the gain, seed by seed; they stop paying at the first point from which they pay to no later one.
 */
function verdictOf(runs: readonly CurveRun[], sizes: readonly number[], sign: 1 | -1): CurveVerdict {
  const scoreOf = new Map(runs.map(({ documents, seed, score }) => [`${documents} ${seed}`, score]));
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const gains = (from: number, to: number): number[] =>
    seeds.flatMap((seed) => {
      const [before, after] = [scoreOf.get(`${from} ${seed}`), scoreOf.get(`${to} ${seed}`)];
      return before === undefined || after === undefined ? [] : [sign * (after - before)];
    });
  const step = (from: number, to: number): { gain: number; pays: boolean } => {
    const all = gains(from, to);
    if (all.length === 0) return { gain: 0, pays: false };
    const gain = mean(all);
    return { gain, pays: gain >= leastGain - 1e-12 && gain > chance(all) };
  };
  const later = (i: number): { gain: number; pays: boolean }[] => sizes.slice(i + 1).map((to) => step(sizes[i]!, to));
  const stop = sizes.findIndex((_, i) => later(i).every(({ pays }) => !pays));
  const stillPays = stop === sizes.length - 1 && sizes.length > 1;
  const best = Math.max(0, ...later(stillPays ? stop - 1 : stop).map(({ gain }) => gain));
  return { stopsAt: sizes[stop]!, stillPays, isUncertain: !stillPays && best >= leastGain, gain: best };
}

/** Two standard errors of the mean. */
function chance(gains: readonly number[]): number {
  if (gains.length === 1) return chanceOfOneSeed;
  const centre = mean(gains);
  const variance = gains.reduce((sum, gain) => sum + (gain - centre) ** 2, 0) / (gains.length - 1);
  return 2 * Math.sqrt(variance / gains.length);
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

/** Writes the verdict of a line in one or two sentences. */
export function verdictSentence(line: CurveLine, metric: string): string {
  const { mean: score, baseline } = line.points.at(-1)!;
  const isBelow = baseline !== undefined && score <= baseline;
  const below = ` But the model is no better than a plain rule (${baseline?.toFixed(3)}) even with all of them: look at its settings before its labels.`;
  return `${gainSentence(line, metric)}${isBelow ? below : ""}`;
}

function gainSentence({ points, verdict }: CurveLine, metric: string): string {
  const { stopsAt, stillPays, isUncertain, gain } = verdict;
  const last = points.at(-1)!.documents;
  const seeds = Math.min(...points.map((point) => point.seeds));
  const amount = gain.toFixed(3);
  if (points.length === 1) return `One point alone says nothing of more documents: add --points.`;
  if (stillPays)
    return `More labels still pay: the last step, from ${points.at(-2)!.documents} to ${last} documents, gained ${amount} ${metric}.`;
  if (isUncertain) {
    const what =
      seeds === 1
        ? "one run a point cannot show that it is not chance"
        : "runs differ too much to show that it is not chance";
    return `After ${stopsAt} documents a gain is not certain: ${amount} ${metric} on average up to ${last}, but ${what}. More --seeds would decide it.`;
  }
  return `After ${stopsAt} documents more labels of this kind no longer pay: up to ${last} they gained ${amount} ${metric} or less.`;
}
