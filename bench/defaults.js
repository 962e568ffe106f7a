// How good the settings are that nobody chose, where there are few mails: 60 and 200 of the bundled example, the default settings
// beside a small sweep around them, scored on 100 other mails that nothing was chosen on.
//     npm run bench -- defaults --runs 5 [--only luke-mini]
// --runs is the number of seeds.
// A fifth of the mails chooses the checkpoint, as by default. Exit code 1 if the defaults' mean relation macro F1 is more than
// 0.05 below that of the best settings.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mean } from "./statistics.js";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const sizes = [60, 200];
const scoredOn = 100;
const most = 0.05;
/** The settings that `relata train` takes for these models if nothing is said (src/model/starting-settings.ts), and others around them. */
const around = {
  "luke-mini": [
    ["defaults", {}],
    ["half the rate", { learningRate: 3e-4 }],
    ["twice the rate", { learningRate: 1.2e-3 }],
    ["twice the steps", { minSteps: 1200 }],
    ["--batch-size 8", { batchSize: 8 }],
  ],
  "relata-mini": [
    ["defaults", {}],
    ["half the rate", { learningRate: 1e-4 }],
    ["twice the rate", { learningRate: 4e-4 }],
    ["twice the steps", { minSteps: 400 }],
  ],
};

export const title = "Default settings with few mails, beside a small sweep";
export const subject = "model, mails, settings";

export async function run({ only = "luke-mini", runs, threads }) {
  const { train } = await import("../dist/index.js");
  const folder = at("runs/defaults");
  mkdirSync(folder, { recursive: true });
  const lines = readFileSync(at("examples/annotations.jsonlines"), "utf8").trimEnd().split("\n");
  const file = (name, part) => {
    writeFileSync(`${folder}/${name}.jsonlines`, `${part.join("\n")}\n`);
    return `${folder}/${name}.jsonlines`;
  };
  const test = file("test", lines.slice(-scoredOn));
  const rows = [];
  for (const size of sizes) {
    const data = file(`mails-${size}`, lines.slice(0, size));
    for (const [name, settings] of around[only]) {
      const results = [];
      for (let seed = 1; seed <= runs; seed++) {
        const options = {
          model: only,
          test,
          validationSize: 0.2,
          seed,
          threads,
          output: `${folder}/model`,
          overwrite: true,
        };
        const { evaluation, seconds } = await train(data, { ...options, ...settings }).result;
        const { relationMacroF1, relationMicroF1 } = evaluation.scores;
        results.push({ "relation macro F1": relationMacroF1, "relation micro F1": relationMicroF1, seconds });
        process.stderr.write(`${only}, ${size} mails, ${name}, seed ${seed}: ${relationMacroF1.toFixed(3)}\n`);
      }
      rows.push({ name: `${only}, ${size} mails, ${name}`, size, results });
    }
  }
  return rows;
}

const scoreOf = ({ results }) => mean(results.map((result) => result["relation macro F1"]));

/** By how much the defaults, the first row of each size, are below the best. */
const behind = (rows, size) => {
  const scores = rows.filter((row) => row.size === size).map(scoreOf);
  return Math.max(...scores) - scores[0];
};

export const remarks = (rows) =>
  sizes.map(
    (size) => `${size} mails: the defaults' mean relation macro F1 is ${behind(rows, size).toFixed(3)} below the best`,
  );

export const failures = (rows) =>
  sizes
    .filter((size) => behind(rows, size) > most)
    .map((size) => `with ${size} mails another setting is more than ${most} better`);
