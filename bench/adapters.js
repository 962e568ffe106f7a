// Memory of several adapters over one base, and whether each answers as its merged model:
//     npm run bench -- adapters [--runs 3]
// Eight different adapters (rank 8, three training steps each, seeds 1 to 8) over relata-mini. A process opens one of them, another
// all eight, a third their eight merged models, each to the answers for one text. Exit code 1 where eight adapters take 1.2 times
// the memory of one, or where a probability is more than 1e-5 off that of the merged model.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { median } from "./statistics.js";
import { trainedFolder } from "./trained-folder.js";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const preload = new URL("report-peak.js", import.meta.url).href;
const count = 8;
const [maxRatio, maxMillionths] = [1.2, 10];
// Rates at which a few steps move the corrections far from nothing.
const learning = ["--lora", "--max-steps", "3", "--learning-rate", "0.01", "--test-size", "0"];
const ids = Array.from({ length: count }, (_, i) => `a${i + 1}`);

export const title = `${count} adapters of rank 8 over relata-mini`;
export const subject = "process";

const asked = {
  text: "Je voudrais une attestation de paiement pour 2022.",
  entities: [
    { start: 0, end: 2, type: "SUBJ" },
    { start: 3, end: 11, type: "VERB" },
    { start: 12, end: 39, type: "OBJ" },
    { start: 45, end: 49, type: "TIME" },
  ],
};

/** Runs lines in a process that has the library, `asked` and `folders`, and prints JSON as `answers`; returns it with the memory. */
function inProcess(lines, folders) {
  const program = `
    const { openAdapters, openModel } = await import(${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)});
    const asked = ${JSON.stringify(asked)};
    const folders = ${JSON.stringify(folders)};
    const answer = async (model) => (await model.predict(asked)).relations.flatMap(({ probabilities }) => Object.values(probabilities));
    const answers = {};
    ${lines}
    process.stdout.write(JSON.stringify(answers));`;
  const args = ["--import", preload, "--input-type=module", "--eval", program];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`a process ended with exit code ${status}: ${stderr.slice(-2000)}`);
  const { peakMemory } = JSON.parse(stderr.trim().split("\n").at(-1));
  return { answers: JSON.parse(stdout), peak: peakMemory / 1e6 };
}

const together = `
    const opened = await openAdapters("relata-mini", folders, { threads: 1 });
    for (const name of Object.keys(folders)) answers[name] = await answer(opened.models[name]);
    await opened.close();`;
const apart = `
    const models = {};
    for (const name of Object.keys(folders)) models[name] = await openModel(folders[name], { threads: 1 });
    for (const name of Object.keys(folders)) answers[name] = await answer(models[name]);
    for (const model of Object.values(models)) await model.close();`;

export async function run({ runs }) {
  const trained = ids.map((name, i) => [
    name,
    trainedFolder(`runs/adapters/${name}`, [...learning, "--seed", `${i + 1}`]),
  ]);
  const merged = trained.map(([name, folder]) => {
    const output = `${folder}-merged`;
    rmSync(output, { recursive: true, force: true });
    const args = ["bin/relata.js", "model", "export", folder, output, "--format", "safetensors"];
    const { status } = spawnSync(process.execPath, args, { cwd: at(".."), stdio: ["ignore", "ignore", 2] });
    if (status !== 0) throw new Error(`relata model export ended with exit code ${status}`);
    return [name, output];
  });
  const entrants = [
    { name: "one adapter", lines: together, folders: trained.slice(0, 1) },
    { name: `${count} adapters`, lines: together, folders: trained },
    { name: `${count} merged models`, lines: apart, folders: merged },
  ];
  const rows = entrants.map(({ name }) => ({ name, results: [] }));
  for (let round = 0; round < runs; round++) {
    const found = entrants.map(({ lines, folders }) => inProcess(lines, Object.fromEntries(folders)));
    const { answers: expected } = found.at(-1);
    for (const [i, { answers, peak }] of found.entries())
      rows[i].results.push({
        "peak MB": peak,
        "times one": peak / found[0].peak,
        "off the merged, 1e-6": 1e6 * largestDifference(answers, expected),
      });
  }
  return rows;
}

/** The largest difference of a probability, over all adapters that `answers` has. */
function largestDifference(answers, expected) {
  const of = ([name, values]) => values.map((value, i) => Math.abs(value - expected[name][i]));
  return Math.max(...Object.entries(answers).flatMap(of));
}

export function failures([, { name, results }]) {
  const [ratio, difference] = ["times one", "off the merged, 1e-6"].map((column) =>
    median(results.map((one) => one[column])),
  );
  return [
    ...(ratio < maxRatio ? [] : [`${name} take ${ratio.toFixed(2)} times the memory of one, not under ${maxRatio}`]),
    ...(difference <= maxMillionths
      ? []
      : [`${name}: a probability is ${difference.toFixed(1)} millionths off that of the merged model`]),
  ];
}
