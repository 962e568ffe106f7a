// How time and memory of training grow: with the batch, the length of texts, entities of a text (document encoding, every
// ordered pair), layers, and examples; made-up texts, models from random weights.
//     npm run bench -- growth [--threads 2] [--runs 3] [--plot docs/images/growth.svg]
// Every point is measured in a process of its own, since memory is; in turns, --runs times. Seconds of a step are the least
// of a few and of all runs: what else the machine does only adds to them. The model is of middle size
// (4 layers, hidden 256); epochs are those of luke-mini, all batches of them measured. Exit code 1 where growth has a bend:
// where between two neighbours time or memory grows with a power of more than 0.6 above the one that fits all points (the
// square of attention begins to count between 256 and 512 tokens).
import { writeFileSync } from "node:fs";
import { encodingOf, forRelata, permutations, placesIn } from "./batches.js";
import { relata, withContestants } from "./contestant.js";
import { middleModel } from "./middle-model.js";
import { load } from "./modules.js";
import { logLogChart, svg } from "./plot.js";
import { growthExponent, localExponents, median, sum } from "./statistics.js";

const maxBend = 0.6;
const steps = 5;
const usual = { config: middleModel, batch: 16, words: 64, entities: 2, examples: 400 };

const sweeps = {
  "texts in a batch": { sizes: [4, 8, 16, 32, 64], at: (batch) => ({ batch }) },
  "tokens in a text": { sizes: [16, 32, 64, 128, 256, 512], at: (words) => ({ words, batch: 8 }) },
  "entities in a text": {
    sizes: [2, 4, 8, 16, 32, 64],
    at: (entities) => ({ words: 256, entities, batch: 4, everyPair: true }),
  },
  layers: { sizes: [2, 3, 4, 6, 8, 12], at: (numHiddenLayers) => ({ config: { ...middleModel, numHiddenLayers } }) },
  examples: { sizes: [200, 400, 800], at: (examples) => ({ config: {}, batch: 32, words: 35, examples, whole: true }) },
};

export const title = "growth of a training step, 4 layers of hidden size 256 unless said otherwise";
export const subject = "text";

export async function run({ runs = 3, threads = 2, plot }) {
  const { collate } = await load("collate");
  const rows = Object.entries(sweeps).flatMap(([sweep, { sizes, at }]) =>
    sizes.map((size) => ({ name: `${size} ${sweep}`, sweep, size, point: { ...usual, ...at(size) }, results: [] })),
  );
  for (let i = 0; i < runs; i++)
    for (const { point, results } of rows) results.push(await measure(point, threads, collate));
  if (plot) writeFileSync(plot, chart(rows));
  return rows;
}

const measure = ({ config, whole, ...point }, threads, collate) =>
  withContestants([relata()], async (contestant) => {
    const batch = batchOf(point, collate);
    const epoch = Math.ceil(point.examples / point.batch);
    await contestant.ask({ do: "open", config, threads });
    const opened = (await contestant.ask({ do: "peak" })).peakMemory;
    const step = async () => (await contestant.ask({ do: "step", batch })).seconds;
    // The first step allocates memory.
    await step();
    const seconds = [];
    for (let i = 0; i < (whole ? epoch : steps); i++) seconds.push(await step());
    const { peakMemory } = await contestant.ask({ do: "peak" });
    return {
      "s a step": Math.min(...seconds),
      "s an epoch": whole ? sum(seconds) : Math.min(...seconds) * epoch,
      "peak MB": peakMemory / 1e6,
      "of it by steps": (peakMemory - opened) / 1e6,
    };
  });

function batchOf({ batch: texts, words, entities, everyPair = false }, collate) {
  const pairs = everyPair ? permutations(entities) : [[0, 1]];
  const encoding = encodingOf(words, placesIn(words, entities), pairs, { entityId: (slot) => 2 + (slot % 2) });
  const labels = Array.from({ length: texts * pairs.length }, (_, i) => i % 3);
  const encodings = Array.from({ length: texts }, () => encoding);
  return forRelata(collate(encodings, { padTokenId: 1, entityPadId: 0 }, labels));
}

const columns = ["s a step", "s an epoch", "peak MB"];

const typical = (results, column) => {
  const measured = results.map((result) => result[column]);
  return column === "peak MB" ? median(measured) : Math.min(...measured);
};

/** Computes for each sweep and column the exponent that fits, and how far the steepest piece lies above it. */
function growthOf(rows) {
  return Object.keys(sweeps).flatMap((sweep) =>
    columns.map((column) => {
      const points = rows
        .filter((row) => row.sweep === sweep)
        .map(({ size, results }) => [size, typical(results, column)]);
      const fitted = growthExponent(points);
      const local = localExponents(points);
      const bend = Math.max(...local) - fitted;
      const steepest = local.indexOf(Math.max(...local));
      return { sweep, column, fitted, bend, between: [points[steepest][0], points[steepest + 1][0]] };
    }),
  );
}

export function remarks(rows) {
  const growths = growthOf(rows);
  const lines = Object.keys(sweeps).map((sweep) => {
    const parts = growths
      .filter((growth) => growth.sweep === sweep)
      .map(
        ({ column, fitted, bend, between }) =>
          `${column} ^${fitted.toFixed(2)} (bend ${bend.toFixed(2)}, ${between.join(" to ")})`,
      );
    return `- ${sweep}: ${parts.join("; ")}`;
  });
  return [`Grows with the power, and between which neighbours it bends most:\n\n${lines.join("\n")}`];
}

export const failures = (rows) =>
  growthOf(rows)
    .filter(({ bend }) => !(bend <= maxBend))
    .map(
      ({ sweep, column, fitted, bend, between }) =>
        `${column} grows with ${sweep}^${fitted.toFixed(2)}, but from ${between.join(" to ")} with a power ${bend.toFixed(2)} higher`,
    );

/** Draws a chart for each sweep: seconds and gigabytes, on one axis. */
function chart(rows) {
  const charts = Object.keys(sweeps).map((sweep) => {
    const of = (column, unit) =>
      rows.filter((row) => row.sweep === sweep).map(({ size, results }) => [size, typical(results, column) / unit]);
    const time = sweep === "examples" ? "s an epoch" : "s a step";
    return logLogChart({
      series: [
        { name: time, color: "#b4572e", points: of(time, 1) },
        { name: "peak GB", color: "#2a6f97", points: of("peak MB", 1000) },
      ],
      caption: sweep,
    });
  });
  return svg(charts, 2);
}
