// Whether Relata has become slower: measures this working tree and the best release so far in turns, within one run.
//     npm run bench:compare [-- --runs 7] [--threads 2] [--with LABEL|COMMIT] [--save LABEL] [--only tokenization]
// Seconds of another day or machine say little, so the release is built again: its commit is checked out into a temporary
// folder (with this one's node_modules where both lock files are equal, else by `npm ci`), and the programs of this bench
// folder work with its build as with this one's. Measured are things that take moments: training, scoring and tokenizing
// without Python, and the help text. Prints the medians of seconds, their ratio and that of the least. Slower is what is
// over 1.1 in both ratios, since a busy machine moves either, and still so after it was measured again, twice as often;
// then the exit code is 1.
//
// With --save, the medians of both are stored in history/LABEL.json with the commit. The best release is the one whose chain
// of ratios is the least (history.js); where none is stored, this one is measured alone and is the first. With --only, only
// the benches are measured whose names begin with the given text.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildIfStale } from "../scripts/build-if-stale.js";
import { forRelata, markedPairs } from "./batches.js";
import { relata } from "./contestant.js";
import { bestRelease, git, machine, readHistory, releaseToSave, root, saveRelease } from "./history.js";
import { middleModel } from "./middle-model.js";
import { load } from "./modules.js";
import { trainOnce } from "./quickstart.js";
import { median } from "./statistics.js";

const limit = 1.1;
const quickstartSteps = 60;
const shortTimes = 3;
const [texts, words, vocabulary] = [32, 35, 4000];

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "7" },
    threads: { type: "string", default: "2" },
    with: { type: "string" },
    save: { type: "string" },
    only: { type: "string", default: "" },
  },
});
const [runs, threads] = [Number(values.runs), Number(values.threads)];

/** Checks a release out and builds it. */
function checkOut({ label, commit }) {
  const folder = join(mkdtempSync(join(tmpdir(), "relata-release-")), "relata");
  process.stderr.write(`Building ${label} (${commit.slice(0, 7)}) in ${folder} …\n`);
  git("worktree", "add", "--detach", folder, commit);
  try {
    const lock = (of) => readFileSync(join(of, "package-lock.json"), "utf8");
    const modules = join(folder, "node_modules");
    if (lock(folder) === lock(root)) symlinkSync(resolve(root, "node_modules"), modules, "junction");
    else {
      const npm = process.platform === "win32" ? "npm.cmd" : "npm";
      runIn(folder, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
    }
    runIn(folder, process.execPath, join(modules, "typescript/bin/tsc"), "-p", "tsconfig.build.json");
    return folder;
  } catch (error) {
    remove(folder);
    throw error;
  }
}

function runIn(cwd, command, ...args) {
  const shell = process.platform === "win32" && command.endsWith(".cmd");
  const { status } = spawnSync(command, args, { cwd, stdio: ["ignore", 2, 2], shell });
  if (status !== 0) throw new Error(`"${command} ${args.join(" ")}" in ${cwd} ended with exit code ${status}`);
}

function remove(folder) {
  git("worktree", "remove", "--force", folder);
  rmSync(dirname(folder), { recursive: true, force: true });
}

/** The measurements, each giving the seconds of one side once; short ones are repeated `shortTimes` in a turn. */
const benches = {
  "quickstart, 1 thread": (side) => quickstart(side, 1),
  "quickstart, 2 threads": (side) => quickstart(side, 2),
  "training step, 4 layers of 256": ({ trainer }, { batch }) => trainer.ask({ do: "step", batch }),
  "scoring, 4 layers of 256": ({ scorer }, { batch }) => scorer.ask({ do: "score", batch }),
  tokenization: ({ scorer }, { sentences }) => scorer.ask({ do: "tokenize", texts: sentences }),
  "relata --help": ({ folder }) => help(folder),
};

const quickstart = ({ folder }, cores) => ({
  seconds: 1 / trainOnce(cores, { root: folder, steps: quickstartSteps }).stepsPerSecond,
});

function help(folder) {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [join(folder, "bin/relata.js"), "--help"], { stdio: "ignore" });
  if (status !== 0) throw new Error(`relata --help of ${folder} ended with exit code ${status}`);
  return { seconds: (performance.now() - started) / 1000 };
}

/**
 * Prepares the inputs of both sides: a batch, and the bundled texts with two spans each and a tokenizer of their words.
 */
async function prepare(folder) {
  const { collate } = await load("collate");
  const { readCorpus } = await load("formats-read");
  const { LukeTokenizer } = await load("luke-tokenizer");
  const labels = Array.from({ length: texts }, (_, i) => i % 3);
  const padding = { padTokenId: 1, entityPadId: 0 };
  const batch = forRelata(collate(markedPairs(texts, words, vocabulary), padding, labels));
  const { documents } = await readCorpus([join(root, "examples/annotations.jsonlines")]);
  const tokenizer = await LukeTokenizer.train(
    documents.map(({ text }) => text),
    { vocabSize: vocabulary },
  );
  for (const [name, content] of Object.entries(tokenizer.files())) writeFileSync(join(folder, name), content);
  const sentences = documents.map(({ text, entities }) => [
    text,
    entities.slice(0, 2).map(({ start, end }) => [start, end]),
  ]);
  return { batch, sentences, tokenizerFolder: folder };
}

async function openSide(folder, { tokenizerFolder }) {
  const [trainer, scorer] = [relata(join(folder, "dist")), relata(join(folder, "dist"))];
  await trainer.ask({ do: "open", config: middleModel, threads });
  await scorer.ask({ do: "open", config: middleModel, threads, training: false });
  await scorer.ask({ do: "openTokenizer", folder: tokenizerFolder });
  return { folder, trainer, scorer, seconds: Object.fromEntries(Object.keys(benches).map((name) => [name, []])) };
}

/** Measures each of `names` in turns between the sides, which take turns to begin as well. */
async function measure(sides, names, rounds, given) {
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        for (let i = 0; i < (name.startsWith("quickstart") ? 1 : shortTimes); i++)
          side.seconds[name].push((await benches[name](side, given)).seconds);
      }
    }
  }
}

const names = Object.keys(benches).filter((name) => name.startsWith(values.only));
const least = (values) => Math.min(...values);
const ratioOf = ([now, then], name, of = median) => of(now.seconds[name]) / of(then.seconds[name]);
const slowerOf = (sides) =>
  sides.length === 2
    ? names.filter((name) => !(Math.min(ratioOf(sides, name), ratioOf(sides, name, least)) <= limit))
    : [];

async function compare(folders) {
  const temporary = mkdtempSync(join(tmpdir(), "relata-bench-"));
  const sides = [];
  try {
    const given = await prepare(temporary);
    for (const folder of folders) sides.push(await openSide(folder, given));
    // The first round warms up.
    await measure(sides, names, 1, given);
    for (const { seconds } of sides) for (const name of names) seconds[name].length = 0;
    await measure(sides, names, runs, given);
    await measure(sides, slowerOf(sides), 2 * runs, given);
    return sides;
  } finally {
    await Promise.all(sides.flatMap(({ trainer, scorer }) => [trainer.end(), scorer.end()]));
    rmSync(temporary, { recursive: true, force: true });
  }
}

function table(sides, label) {
  const ms = (side, name) => (median(side.seconds[name]) * 1000).toFixed(1);
  if (sides.length === 1)
    return ["| ms | now |", "| --- | --- |", ...names.map((name) => `| ${name} | ${ms(sides[0], name)} |`)];
  return [
    `| ms | now | ${label} | ratio | of the least |`,
    "| --- | --- | --- | --- | --- |",
    ...names.map(
      (name) =>
        `| ${name} | ${sides.map((side) => ms(side, name)).join(" | ")} | ${ratioOf(sides, name).toFixed(2)} | ${ratioOf(sides, name, least).toFixed(2)} |`,
    ),
  ];
}

function opponentOf(history) {
  // A release is not compared with itself.
  if (values.with === undefined) return bestRelease(history, { except: values.save });
  const found = history.find(({ label }) => label === values.with);
  return found ?? { label: values.with, commit: git("rev-parse", "--verify", `${values.with}^{commit}`) };
}

async function main() {
  if (names.length === 0) throw new Error(`No bench begins with "${values.only}": ${Object.keys(benches).join(", ")}.`);
  if (values.save !== undefined && values.only) throw new Error("--save stores every bench: leave --only out.");
  if (values.save !== undefined) releaseToSave(values.save);
  if (!buildIfStale()) throw new Error("This working tree does not compile.");
  const opponent = opponentOf(readHistory());
  const folder = opponent && checkOut(opponent);
  try {
    const sides = await compare(folder ? [root, folder] : [root]);
    process.stdout.write(`${machine}, ${threads} threads\n\n${table(sides, opponent?.label).join("\n")}\n`);
    if (values.save) {
      const medians = names.map((name) => [name, sides.map(({ seconds }) => median(seconds[name]))]);
      const comparison = folder && { with: opponent.label, threads, seconds: Object.fromEntries(medians) };
      const rows = medians.map(([name, [seconds]]) => ({ name, medians: { seconds } }));
      const alone = folder ? {} : { compare: { threads, rows } };
      saveRelease(values.save, { benches: alone, comparison });
    }
    const slower = slowerOf(sides);
    for (const name of slower)
      process.stderr.write(
        `${name}: ${ratioOf(sides, name).toFixed(2)} times the seconds of ${opponent.label}, over ${limit}\n`,
      );
    if (slower.length > 0) process.exitCode = 1;
  } finally {
    if (folder) remove(folder);
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
