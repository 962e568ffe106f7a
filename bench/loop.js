// The loop of the page, with an annotator who is simulated: from 20 labelled mails of examples/which-date, three rounds of 20
// more, chosen at random, or by the page and `relata data sample`; after each round a model is trained anew and scored on the held-out mails.
//     npm run bench -- loop [--seeds 5] [--steps 200] [--threads 1] [--only relata-mini] [--plot docs/images/loop.svg]
// Models start as luke-mini, or as --only says. A seed draws the first 20 mails, the mails chosen at random, and all that training draws.
// The curves of a seed are kept in runs/bench-loop as soon as they are there, so that a bench that was stopped goes on; remove the folder
// to begin anew.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { load } from "./modules.js";
import { lineChart, svg } from "./plot.js";

export const title = "Labelling what the page puts first, against labelling at random";
export const subject = "relation micro F1 after so many mails";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const [data, heldOut] = ["train", "held-out"].map((name) => at(`../examples/which-date/${name}.jsonl`));
const kept = at("../runs/bench-loop");
const settings = {
  encoding: "document",
  pairFeatures: "words+distance+product",
  metric: "relation_micro_f1",
  validationSize: 0.2,
  // As many steps of few mails as of many, and the model of the last one is scored.
  epochs: 1000,
  evalSteps: 100_000,
  test: heldOut,
};
const [first, perRound, rounds] = [20, 20, 3];

/** How the next mails are chosen: each returns places among those that wait, the first ones to be labelled. */
function policies({ random, shuffled, chooseToLabel, countLabels, asCandidate }) {
  return {
    random: ({ waiting, labelled, seed }) => shuffled([...waiting.keys()], random("loop", seed, labelled.length)),
    page({ waiting, predictions, labelled, noRelationLabel }) {
      const candidates = waiting.map(({ id }, i) => asCandidate(id, predictions[i], noRelationLabel));
      const labelledTexts = labelled.map(({ text }) => text);
      const options = { count: perRound, labelled: countLabels(labelled), labelledTexts };
      return chooseToLabel(candidates, options).map(({ index }) => index);
    },
  };
}

/**
 * @param only the model that every training starts from. luke-mini is so small that 35 trainings take some fifteen minutes on one
 * thread; relata-mini takes four times that
 */
export async function run({ threads, seeds, steps, plot, only: model = "luke-mini" }) {
  const [library, ...parts] = await Promise.all(
    ["library", "random", "what-to-label", "label-candidate"].map((name) => load(name)),
  );
  const { random, shuffled } = parts[0];
  const { readCorpus, train, openModel } = library;
  const { documents } = await readCorpus([data]);
  const arms = policies(Object.assign({}, library, ...parts));
  const place = mkdtempSync(join(tmpdir(), "relata-loop-"));
  const results = Object.fromEntries(Object.keys(arms).map((arm) => [arm, []]));
  mkdirSync(kept, { recursive: true });

  /** Trains on the labelled mails. Returns the score on the held-out ones, and the answers to those that wait. */
  async function learn(labelled, waiting, seed) {
    const [file, output] = [join(place, "labelled.jsonl"), join(place, "model")];
    writeFileSync(file, labelled.map((one) => `${JSON.stringify(one)}\n`).join(""));
    const options = { ...settings, model, seed, splitSeed: seed, maxSteps: steps, threads, output, overwrite: true };
    const { evaluation } = await train(file, options).result;
    const opened = await openModel(output, { threads });
    const predictions = await opened.predict(waiting.map(({ text, entities }) => ({ text, entities })));
    const { noRelationLabel } = opened;
    await opened.close();
    return { f1: evaluation.scores.relationMicroF1, predictions, noRelationLabel };
  }

  try {
    for (let seed = 1; seed <= seeds; seed++) {
      const drawn = shuffled([...documents], random("loop", seed));
      const begun = { labelled: drawn.slice(0, first), waiting: drawn.slice(first) };
      let start;
      for (const [arm, choose] of Object.entries(arms)) {
        const file = join(kept, `${model}-${arm}-${steps}-steps-seed-${seed}.json`);
        if (existsSync(file)) {
          results[arm].push(JSON.parse(readFileSync(file, "utf8")));
          continue;
        }
        let { labelled, waiting } = begun;
        let learnt = (start ??= await learn(labelled, waiting, seed));
        const curve = { [labelled.length]: learnt.f1 };
        for (let round = 0; round < rounds; round++) {
          const order = choose({ ...learnt, waiting, labelled, seed });
          const chosen = new Set(order.slice(0, perRound));
          labelled = [...labelled, ...waiting.filter((_, i) => chosen.has(i))];
          waiting = waiting.filter((_, i) => !chosen.has(i));
          learnt = await learn(labelled, waiting, seed);
          curve[labelled.length] = learnt.f1;
        }
        results[arm].push(curve);
        writeFileSync(file, JSON.stringify(curve));
        const figures = Object.values(curve).map((value) => value.toFixed(3));
        process.stderr.write(`seed ${seed}, ${arm}: ${figures.join(" ")}\n`);
      }
    }
  } finally {
    rmSync(place, { recursive: true });
  }
  const rows = Object.entries(results).map(([name, curves]) => ({ name, results: curves }));
  if (plot !== undefined) writeFileSync(plot, picture(rows));
  return rows;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sizes = Array.from({ length: rounds + 1 }, (_, i) => first + i * perRound);

/** The differences to labelling at random, seed by seed. */
export function remarks(rows) {
  const random = rows.find(({ name }) => name === "random");
  return rows
    .filter((row) => row !== random)
    .map(({ name, results }) => {
      const parts = sizes.slice(1).map((size) => {
        const differences = results.map((curve, i) => curve[size] - random.results[i][size]);
        const more = differences.filter((difference) => difference > 0).length;
        return `${signed(mean(differences))} at ${size} mails (better in ${more} of ${differences.length} seeds)`;
      });
      return `Mean difference of ${name} to random: ${parts.join(", ")}.`;
    });
}

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
const looks = {
  random: { name: "chosen at random", color: "#8a8f98" },
  page: { name: "chosen by the page", color: "#2468ad" },
};

const picture = (rows) =>
  svg([
    lineChart({
      series: rows.map(({ name, results }) => ({
        ...looks[name],
        points: sizes.map((size) => [size, mean(results.map((curve) => curve[size]))]),
        ranges: sizes.map((size) => [
          size,
          ...[Math.min, Math.max].map((of) => of(...results.map((one) => one[size]))),
        ]),
      })),
      caption: "labelled mails; mean and range of relation micro F1 on 65 held-out mails",
    }),
  ]);
