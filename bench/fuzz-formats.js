// Damages annotation files, brat's pairs of files, gzip and zip archives at random and reads them:
//     node bench/fuzz-formats.js [--format files|brat|gzip|zip|all] [--only NAME,NAME] [--count 100000] [--seed 1] [--from 0]
// (files: small and example files of every format but brat; --only: of these formats, each by itself, --count cases each.)
// Case i depends on seed and i alone, so that --from goes on where a run ended. Reading may succeed or refuse with a
// UserError. Anything else, a crash, more than two seconds of one processor, memory beyond the limit, a name that leads
// out of what was opened, or a touch of the disk is a finding; its bytes are kept, and the exit code is 1. Prints a JSON
// line for each kind or format.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { buildIfStale } from "../scripts/build-if-stale.js";
import { load } from "./modules.js";
import { watchedWorker } from "./watched-worker.js";
import { mutate } from "./damage.js";
import { annotto, semeval, columns, nested, bioc, bratFiles, examples, zipOf } from "./format-seeds.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const slowCpuMs = 2000;
const hangMs = 20_000;
const maxHeapMiB = 256;
const maxRssMiB = 512;

// Small limits, so that cases reach them.
const limits = {
  members: 20,
  directoryBytes: 4096,
  unpackedBytes: 60_000,
  ratio: 50,
  ratioFrom: 20_000,
  nestedBytes: 20_000,
};

/** The kinds of cases: sets of files by name, the function that packs a set, if any, and the one that opens it. */
const kinds = {
  files: {
    seeds: () => [
      { "annotto.jsonl": `${annotto("a")}\n${annotto("b")}\n` },
      { "semeval2010.txt": semeval(1) + semeval(2) },
      { "conll.txt": columns + columns },
      { "conll.conllup": nested },
      { "bioc.json": JSON.stringify({ source: "", documents: [bioc("17"), bioc("18")] }) },
      { "bioc.jsonl": `${JSON.stringify(bioc("17"))}\n${JSON.stringify({ PubTator3: [bioc("18")] })}\n` },
      ...examples().filter((files) => Object.values(files)[0].length < 100_000),
    ],
    open: async (files, { SourceFile }, random) => {
      const [name, bytes] = Object.entries(files)[0];
      const sibling = siblingIn(files, SourceFile, random);
      return one(await SourceFile.open(name, { chunks: pieces(bytes, random), sibling }));
    },
  },
  brat: {
    seeds: () => [bratFiles],
    open: async (files, { SourceFile }, random) => {
      const sibling = siblingIn(files, SourceFile, random);
      return one(await SourceFile.open("a.ann", { chunks: pieces(files["a.ann"], random), sibling, allowEmpty: true }));
    },
  },
  gzip: {
    seeds: () => [{ a: `${annotto("a")}\n`, b: annotto("b") }, { a: " ".repeat(30_000) }, { a: "a" }],
    pack: (files) => ({ "a.gz": Buffer.concat(Object.values(files).map((bytes) => gzipSync(bytes))) }),
    open: async (files, { SourceFile, gunzip }, random) => {
      const chunks = gunzip(pieces(files["a.gz"], random), { file: "a.gz" }, limits);
      return one(await SourceFile.open("a.gz", { chunks }));
    },
  },
  zip: {
    seeds: () => [
      { "annotations.jsonlines": `${annotto("a")}\n`, "config.json": "{}", "b/s.txt": semeval(1) },
      bratFiles,
      { "a.jsonl": annotto("a"), "x.jsonl.gz": gzipSync(annotto("b")) },
      { zeros: Buffer.alloc(30_000), "a.jsonl": annotto("a") },
      { "n.zip": zipOf({ "a.jsonl": annotto("a"), "b.jsonl": annotto("b") }), "c.jsonl": annotto("c") },
      {
        "m.zip": zipOf({ "n.zip": zipOf({ "a.jsonl": annotto("a") }) }),
        "o.zip": zipOf({ zeros: Buffer.alloc(30_000) }),
      },
    ],
    pack: (files, random) => ({ "a.zip": zipOf(files, random.below(3) === 0 ? 0 : 8) }),
    open: async (files, { ZipArchive, bufferBytes, openArchive }, _, context) => {
      const archive = await ZipArchive.open(bufferBytes(files["a.zip"]), "a.zip", limits);
      return openArchive(archive, "a.zip", { named: "a.zip", context, limits, isAlone: true });
    },
  },
};

async function* one(file) {
  yield { file, isAlone: true };
}

/** Opens the other files of a set, by plain names alone. */
const siblingIn = (files, SourceFile, random) => async (name) => {
  if (/[/\\]/.test(name)) throw new Error(`asked for ${JSON.stringify(name)}`);
  if (!Object.hasOwn(files, name)) return undefined;
  return SourceFile.open(name, { chunks: pieces(files[name], random), allowEmpty: true });
};

async function* pieces(bytes, random) {
  const size = [1, 7, 64, bytes.length][random.below(4)] || 1;
  for (let at = 0; at < bytes.length; at += Math.max(size, bytes.length >> 8)) {
    yield bytes.subarray(at, at + Math.max(size, bytes.length >> 8));
  }
}

/** Makes case `i`: a set of files of the kind, with at least one damaged before packing, or the pack damaged after. */
function caseOf(seeds, seed, kind, i, random) {
  const stream = random(seed, kind, i);
  const { pack } = kinds[kind];
  const all = seeds.flatMap((files) => Object.values(files));
  const original = seeds[stream.below(seeds.length)];
  const damagesPack = pack !== undefined && stream.below(2) === 0;
  const files = damagesPack ? { ...original } : damage(original, all, stream);
  if (!pack) return { files, stream };
  const packed = pack(files, stream);
  return { files: damagesPack ? damage(packed, all, stream) : packed, stream };
}

function damage(files, all, random) {
  const names = Object.keys(files);
  const damaged = names[random.below(names.length)];
  // The file that is opened stays; those beside it may be missing.
  const opened = names.find((name) => name.endsWith(".ann")) ?? names[0];
  const result = {};
  for (const name of names) {
    if (names.length > 1 && random.below(40) === 0 && name !== opened) continue;
    result[name] = name === damaged || random.below(4) === 0 ? mutate(files[name], all, random) : files[name];
  }
  return result;
}

const bytesOf = (seeds) =>
  seeds.map((files) => Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes)])));

/** Returns the sets of files of a kind; `only` selects those named after this format. */
function seedsOf(kind, only) {
  const seeds = kinds[kind].seeds();
  return bytesOf(only === "" ? seeds : seeds.filter((files) => Object.keys(files)[0].startsWith(`${only}.`)));
}

async function worker([kind, first, count, seed, only]) {
  const parts = ["read", "reading", "registry", "settings"].map((name) => `formats-${name}`);
  const sources = ["source-file", "unpack", "zip-archive", "random-access", "open-sources"];
  const modules = await Promise.all(["errors", "random", ...parts, ...sources].map((name) => load(name)));
  const api = Object.assign({}, ...modules);
  const seeds = seedsOf(kind, only);
  const tally = { outcomes: {}, slowestMs: 0 };
  const send = (rest) => process.send({ ...tally, ...rest, rssMiB: process.resourceUsage().maxRSS / 1024 });
  for (let i = Number(first); i < Number(first) + Number(count); i++) {
    const { files, stream } = caseOf(seeds, Number(seed), kind, i, api.random);
    process.send({ started: i });
    try {
      const start = process.cpuUsage();
      const outcome = await read(kind, files, api, stream);
      tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
      const { user, system } = process.cpuUsage(start);
      const cpuMs = (user + system) / 1000;
      tally.slowestMs = Math.max(tally.slowestMs, cpuMs);
      if (cpuMs > slowCpuMs) throw new Error(`it took ${cpuMs.toFixed(0)} ms`);
    } catch (error) {
      send({ finding: error.stack, at: i });
      process.exit();
    }
  }
  send({});
}

/** Runs a case. @returns the outcome in a word */
async function read(kind, files, api, stream) {
  const { UserError, InputMissingError, UnavailableError, CorpusReading, readDocuments, formats, formatSettings } = api;
  const pick = (items) => items[stream.below(items.length)];
  const path = kind === "brat" ? "a.ann" : Object.keys(files)[0];
  const named = Object.keys(formats).find((name) => path.startsWith(`${name}.`));
  const settings = formatSettings.parse({
    skipInvalid: stream.below(2) === 0,
    offsetUnit: pick(["auto", "auto", "utf-16", "code-point", "grapheme"]),
    discontinuous: pick(["hull", "first", "skip"]),
    format: kind === "brat" ? pick([undefined, "brat"]) : kind === "files" ? pick([undefined, named]) : undefined,
  });
  const context = new CorpusReading({ settings });
  try {
    let documents = 0;
    const sources = await kinds[kind].open(files, api, stream, context);
    for await (const { source } of readDocuments(path, context, sources)) {
      documents++;
      const isInside = source.file === path || (kind === "zip" && source.file.startsWith(`${path}/`));
      if (!isInside || source.file.split("/").includes("..")) throw new Error(`read ${JSON.stringify(source.file)}`);
    }
    return documents > 0 ? "read" : "read, no document";
  } catch (error) {
    const isOfDisk = error instanceof InputMissingError || error instanceof UnavailableError;
    if (!(error instanceof UserError) || isOfDisk) throw error;
    return error.name;
  }
}

/** Runs cases in a process that may only read this checkout. @returns its tally, or the failure */
function batch(kind, first, count, seed, only) {
  const permission = process.allowedNodeEnvironmentFlags.has("--permission")
    ? "--permission"
    : "--experimental-permission";
  const args = ["--worker", kind, first, count, seed, only];
  const execArgv = [`--max-old-space-size=${maxHeapMiB}`, permission, `--allow-fs-read=${root}*`, "--no-warnings"];
  return watchedWorker(fileURLToPath(import.meta.url), args, { execArgv, slowMs: hangMs, maxRssMiB, first });
}

/** Runs the cases of a kind or, if `only` names a format, of this format. @returns what came of them */
async function runCases(kind, only, { count, seed, from, folder, random }) {
  const end = from + count;
  const total = { kind, ...(only && { only }), from, cases: 0, findings: 0, outcomes: {}, slowestMs: 0, rssMiB: 0 };
  const started = performance.now();
  for (let first = from; first < end && total.findings < 20;) {
    const size = Math.min(10_000, end - first);
    const { finding, at, ...tally } = await batch(kind, first, size, String(seed), only);
    first = finding ? at + 1 : first + size;
    for (const [outcome, n] of Object.entries(tally.outcomes ?? {})) {
      total.outcomes[outcome] = (total.outcomes[outcome] ?? 0) + n;
    }
    total.cases = first - from;
    total.slowestMs = Math.round(Math.max(total.slowestMs, tally.slowestMs ?? 0));
    total.rssMiB = Math.round(Math.max(total.rssMiB, tally.rssMiB ?? 0));
    if (!finding) continue;
    for (const [name, bytes] of Object.entries(caseOf(seedsOf(kind, only), seed, kind, at, random).files)) {
      writeFileSync(join(folder, `${kind}-${at}-${name}`), bytes);
    }
    process.stderr.write(`${kind}, case ${at}, kept in ${folder}: ${finding}\n`);
    total.findings++;
  }
  const seconds = (performance.now() - started) / 1000;
  return { ...total, seconds: Math.round(seconds), casesPerSecond: Math.round(total.cases / seconds) };
}

const refuse = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(64);
};

async function main({ format, only, ...numbers }) {
  const [count, seed, from] = ["count", "seed", "from"].map((name) => Number(numbers[name]));
  const wanted = only ? ["files"] : Object.keys(kinds).filter((kind) => format === "all" || format === kind);
  if (wanted.length === 0) refuse(`There is no kind "${format}"; there are: ${Object.keys(kinds).join(", ")}, all.`);
  const names = only.split(",");
  const unknown = only ? names.find((name) => seedsOf("files", name).length === 0) : undefined;
  if (unknown) refuse(`There is no file of the format "${unknown}" to damage.`);
  if (!buildIfStale()) process.exit(70);
  const { random } = await load("random");
  const folder = mkdtempSync(join(tmpdir(), "relata-fuzz-"));
  let findings = 0;
  for (const [kind, name] of wanted.flatMap((kind) => names.map((name) => [kind, name]))) {
    const total = await runCases(kind, name, { count, seed, from, folder, random });
    findings += total.findings;
    process.stdout.write(`${JSON.stringify(total)}\n`);
  }
  if (findings === 0) rmSync(folder, { recursive: true });
  process.exitCode = findings === 0 ? 0 : 1;
}

const options = {
  format: { type: "string", default: "all" },
  count: { type: "string", default: "100000" },
  seed: { type: "string", default: "1" },
  from: { type: "string", default: "0" },
  only: { type: "string", default: "" },
};

if (process.argv[2] === "--worker") await worker(process.argv.slice(3));
else await main(parseArgs({ options }).values);
