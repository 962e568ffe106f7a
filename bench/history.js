// Measurements of each release, in bench/history, one file a release:
//     { label, commit, date, machine, versions,
//       benches: { NAME: { threads, rows: [{ name, medians }] } },     npm run bench -- NAMES --save LABEL
//       comparison: { with, threads, seconds: { NAME: [its own, those of the other] } } }
//                                                                      npm run bench:compare -- --save LABEL
// Seconds of one machine and day mean little on another, so nothing is decided by `benches`: they are a record.
// Releases are compared by `comparison`, whose two sides took turns within one run, and by the chain of them
// (compare.js). The first has none.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { geometricMean } from "./statistics.js";

export const root = fileURLToPath(new URL("../", import.meta.url));
const folder = fileURLToPath(new URL("history/", import.meta.url));

const memory = (totalmem() / 2 ** 30).toFixed(0);
export const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores, ${memory} GiB, Node ${process.version}`;

export function git(...args) {
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${args.join(" ")} ended with exit code ${status}: ${stderr.trim()}`);
  return stdout.trim();
}

/** Lists the stored releases, the oldest first. */
export const readHistory = () =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(`${folder}${name}`, "utf8")))
    .toSorted((a, b) => a.date.localeCompare(b.date) || a.label.localeCompare(b.label));

/**
 * Returns the commit of a label, and what is already stored for it; called before anything is measured.
 * @throws Error if the label is that of another commit, or if the working tree has uncommitted changes
 */
export function releaseToSave(label) {
  if (!/^[\w.-]+$/.test(label)) throw new Error(`"${label}" cannot be the name of a file in bench/history.`);
  const changed = git("status", "--porcelain", "--", "src", "bin", "package-lock.json");
  if (changed) throw new Error(`Only a commit can be stored in bench/history, and this is not committed:\n${changed}`);
  const commit = git("rev-parse", "HEAD");
  const path = `${folder}${label}.json`;
  const known = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
  if (known && known.commit !== commit)
    throw new Error(`bench/history/${label}.json is about commit ${known.commit}, and this is ${commit}.`);
  return { path, commit, known };
}

/** Adds measurements to the file of this release. */
export function saveRelease(label, { benches = {}, comparison }) {
  const { path, commit, known } = releaseToSave(label);
  const version = (name) => createRequire(`${root}package.json`)(`${name}/package.json`).version;
  const release = {
    label,
    commit,
    describe: git("describe", "--always", "--tags"),
    date: known?.date ?? new Date().toISOString(),
    machine,
    versions: { relata: version("relata"), node: process.version, "onnxruntime-node": version("onnxruntime-node") },
    benches: { ...known?.benches, ...benches },
    comparison: comparison ?? known?.comparison ?? null,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${JSON.stringify(release, null, 2)}\n`);
}

/**
 * Returns the latest of the releases within 2 % of the fastest. The speed of each is that of the release it was
 * compared with, times the geometric mean of the ratios to it. Undefined if no release but `except` is stored.
 */
export function bestRelease(history, { except } = {}) {
  const seconds = new Map();
  for (const { label, comparison } of history) {
    const before = comparison ? seconds.get(comparison.with) : 1;
    if (before === undefined)
      throw new Error(`${label} was compared with ${comparison.with}, which is not in bench/history`);
    const ratios = Object.values(comparison?.seconds ?? {}).map(([own, other]) => own / other);
    seconds.set(label, before * (ratios.length > 0 ? geometricMean(ratios) : 1));
  }
  const others = history.filter(({ label }) => label !== except);
  const least = Math.min(...others.map(({ label }) => seconds.get(label)));
  return others.findLast(({ label }) => seconds.get(label) <= least * 1.02);
}
