// Measures how long a run that is stopped takes to leave its model, report and checkpoint where the validation part has very many
// pairs: calibration, thresholds, scores and intervals are all computed from them.
//     npm run bench -- stop [--documents 230]
// CPU seconds are counted, since machines are shared. Exit code 1 if one is above the ten seconds that a stop may take.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "./modules.js";
import { median } from "./statistics.js";

export const title = "From a stop to the end of the run";
export const subject = "labels of a pair";

const limit = 10;
const labels = 8;
const entitiesPerDocument = 30;
const relationsPerDocument = 40;

/** A text of 30 mentions, so of 870 pairs. */
function document(id, draw) {
  const words = Array.from({ length: entitiesPerDocument }, (_, i) => `word${draw.below(20)}x${i}`);
  const starts = words.map((_, i) => words.slice(0, i).reduce((sum, word) => sum + word.length + 5, 0));
  const entities = words.map((word, i) => ({
    start: starts[i],
    end: starts[i] + word.length,
    type: `T${draw.below(4)}`,
  }));
  const relations = Array.from({ length: relationsPerDocument }, () => {
    const head = draw.below(entitiesPerDocument);
    const tail = (head + 1 + draw.below(entitiesPerDocument - 1)) % entitiesPerDocument;
    return { head, tail, label: `L${(7 * head + tail) % labels}` };
  });
  return `${JSON.stringify({ id, text: words.join(" and "), entities, relations })}\n`;
}

export async function run({ runs, documents = 230 }) {
  const { random } = await load("random");
  const place = mkdtempSync(join(tmpdir(), "relata-stop-"));
  try {
    const file = (name, count) => {
      const draw = random("stop", name);
      const path = join(place, `${name}.jsonl`);
      writeFileSync(path, Array.from({ length: count }, (_, i) => document(`${name}-${i}`, draw)).join(""));
      return path;
    };
    const [train, validation] = [file("train", 40), file("validation", documents)];
    const rows = [false, true].map((multiLabel) => ({ name: multiLabel ? "several" : "one", multiLabel, results: [] }));
    for (let i = 0; i < runs; i++)
      for (const { multiLabel, results } of rows)
        results.push(await stopped(train, { validation, multiLabel, output: join(place, "model"), testSize: 0 }));
    return rows.map(({ name, results }) => ({ name, results }));
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Trains until the first evaluation is done, and stops then. */
async function stopped(data, settings) {
  const { trainConfig } = await load("config");
  const { train } = await load("train-recipe");
  const model = { model: "luke-mini", vocabSize: 300, encoding: "document", candidates: "all", threads: 1 };
  const config = trainConfig.parse({ ...model, maxSteps: 1000, evalSteps: 20, overwrite: true, ...settings });
  let isStopped = false;
  let [cpu, started, pairs] = [undefined, 0, 0];
  for await (const event of train([data], config, { shouldStop: () => isStopped })) {
    if (event.type === "data") pairs = event.examples.validation;
    if (event.type !== "evaluation" || isStopped) continue;
    isStopped = true;
    [cpu, started] = [process.cpuUsage(), performance.now()];
  }
  const { user, system } = process.cpuUsage(cpu);
  return { pairs, "CPU seconds": (user + system) / 1e6, seconds: (performance.now() - started) / 1000 };
}

export const failures = (rows) =>
  rows.flatMap(({ name, results }) => {
    const seconds = median(results.map((one) => one["CPU seconds"]));
    return seconds > limit ? [`${name} takes ${seconds.toFixed(1)} CPU seconds, more than ${limit}`] : [];
  });
