// Damages annotation files, brat's pairs of files, gzip and zip archives at random and reads them:
//     node bench/fuzz-formats.js [--format jsonl|brat|gzip|zip|all] [--only NAME,NAME] [--count 100000] [--seed 1] [--first 0]
// (jsonl: the example files of all formats that are one file; --only: of these formats.) Reading may succeed or refuse with a UserError. Anything
// else, a crash, more than two seconds of one processor, memory beyond the limit, a name that leads out of what was
// opened, or a touch of the disk is a finding; its bytes are kept, and the exit code is 1. Prints a JSON line per kind.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { buildIfStale } from "../scripts/build-if-stale.js";
import { load } from "./modules.js";
import { watchedWorker } from "./watched-worker.js";

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

const annotto = (id) =>
  JSON.stringify({
    item: { uuid: id, data: { text: "📦 Le colis part lundi" } },
    annotation: {
      ner: {
        N: {
          entities: [
            { value: "O", start_char: 6, end_char: 11, ent_id: 1 },
            { value: "T", start_char: 17, end_char: 22, ent_id: 2 },
          ],
        },
        relations: [{ label: "DO_WHEN", src: 1, dest: 2 }],
      },
    },
  });
const semeval = (id) => `${id}\t"The <e1>child</e1> in the <e2>cradle</e2>"\nContent-Container(e1,e2)\nComment:\n\n`;
const columns = "-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\n# # O O\nAna NNP I-NP I-PER\n\n📦 NN B-NP S-X\n";
const nested = [
  "# global.columns = id form ner ner-2",
  "# doc_id = 12",
  "# sentence_id = 1",
  "# text = Bank of 📦Italy.",
  "# relations = 4;4;1;4;in|1;4;5;5;a",
  ...["Bank\tB-ORG\tO", "of\tI-ORG\tO", "📦\tI-ORG\tO", "Italy\tL-ORG\tU-LOC", ".\tO\tO"].map(
    (row, i) => `${i + 1}\t${row}`,
  ),
].join("\n");
const bioc = (id) => {
  const annotation = (id, offset, text, identifier) => {
    return { id, infons: { type: "T", identifier }, text, locations: [{ offset, length: [...text].length }] };
  };
  const several = {
    ...annotation("3", 30, "It pain", "D2"),
    locations: [30, 41].map((offset) => ({ offset, length: 2 })),
  };
  const sentences = [{ offset: 30, infons: {}, text: "It relieves pain.", annotations: [several], relations: [] }];
  const passages = [
    {
      offset: 0,
      infons: { type: "title" },
      text: "📦 Aspirin, or ASA",
      annotations: [annotation("1", 2, "Aspirin", "D1")],
    },
    { offset: 30, text: "", sentences, annotations: [annotation("2", 42, "pain", "D2,D3")], relations: [] },
  ];
  const nodes = [
    { refid: "1", role: "Arg2" },
    { refid: "3", role: "Arg1" },
  ];
  const relations = [
    { id: "R1", infons: { type: "A", entity1: "D1", entity2: "D3" }, nodes: [] },
    { id: "R2", infons: { type: "B", score: "0.5" }, nodes },
  ];
  return { id, infons: { journal: "J" }, passages, annotations: [], relations };
};
const bratFiles = {
  "a.txt": "📦 Le colis part lundi\nMarie l’attend mardi",
  "a.ann":
    "T1\tOBJECT 5 10\tcolis\nT2\tTIME 16 21\tlundi\nT3\tX 11 15;16 21\tpart lundi\nE1\tX:T3 Arg:T1\nA1\tNeg T1\n" +
    "R1\tDO_WHEN Arg1:T1 Arg2:T2\t\n*\tEquiv T1 T2\n#1\tAnnotatorNotes T1\tnote\n",
  "annotation.conf": "[entities]\nOBJECT\n[relations]\nDO_WHEN Arg1:OBJECT, Arg2:TIME, <REL-TYPE>:symmetric\n",
};

/** The kinds of cases: sets of files by name, the function that packs a set, if any, and the one that opens it. */
const kinds = {
  jsonl: {
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
      return one(await SourceFile.open(name, { chunks: pieces(bytes, random) }));
    },
  },
  brat: {
    seeds: () => [bratFiles],
    open: async (files, { SourceFile }, random) => {
      const sibling = async (name) => {
        if (/[/\\]/.test(name)) throw new Error(`asked for ${JSON.stringify(name)}`);
        if (!Object.hasOwn(files, name)) return undefined;
        return SourceFile.open(name, { chunks: pieces(files[name], random), allowEmpty: true });
      };
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
    open: async (files, { ZipArchive, bufferBytes, openArchive }, _, notices) => {
      const archive = await ZipArchive.open(bufferBytes(files["a.zip"]), "a.zip", limits);
      return openArchive(archive, "a.zip", { notices, limits, isAlone: true });
    },
  },
};

/** The example files, each as a set of its own. */
function examples() {
  const folder = join(root, "examples/formats");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).map((name) => join(folder, name));
  return names.filter((path) => statSync(path).isFile()).map((path) => ({ [basename(path)]: readFileSync(path) }));
}

async function* one(file) {
  yield { file, isAlone: true };
}

async function* pieces(bytes, random) {
  const size = [1, 7, 64, bytes.length][random.below(4)] || 1;
  for (let at = 0; at < bytes.length; at += Math.max(size, bytes.length >> 8)) {
    yield bytes.subarray(at, at + Math.max(size, bytes.length >> 8));
  }
}

function zipOf(files, method = 8) {
  const numbers = (...fields) =>
    Buffer.concat(
      fields.map(([value, width]) => {
        const bytes = Buffer.alloc(width);
        bytes.writeUIntLE(value, 0, width);
        return bytes;
      }),
    );
  const locals = [];
  const directory = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = Buffer.from(content);
    const packed = method === 8 ? deflateRawSync(data) : data;
    const common = numbers([20, 2], [0x800, 2], [method, 2], [0, 4], [crc32(data), 4], [packed.length, 4]);
    const lengths = numbers([data.length, 4], [Buffer.byteLength(name), 2], [0, 2]);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, lengths, Buffer.from(name), packed]);
    const place = numbers([0, 6], [0, 4], [at, 4]);
    directory.push(Buffer.from("PK\x01\x02\x14\x03"), common, lengths, place, Buffer.from(name));
    locals.push(local);
    at += local.length;
  }
  const count = locals.length;
  const size = Buffer.concat(directory).length;
  const end = numbers([0, 4], [count, 2], [count, 2], [size, 4], [at, 4], [0, 2]);
  return Buffer.concat([...locals, ...directory, Buffer.from("PK\x05\x06"), end]);
}

/** Offsets and widths of the fields of zip headers, after their signature. */
const zipFields = {
  "PK\x03\x04": [4, 2, 6, 2, 8, 2, 14, 4, 18, 4, 22, 4, 26, 2, 28, 2],
  "PK\x01\x02": [4, 2, 8, 2, 10, 2, 16, 4, 20, 4, 24, 4, 28, 2, 30, 2, 32, 2, 38, 4, 42, 4],
  "PK\x05\x06": [4, 2, 8, 2, 10, 2, 12, 4, 16, 4, 20, 2],
};
const edges = [0, 1, 2, 8, 14, 0x41, 0x7f, 0xff, 0xfffe, 0xffff, 0x7fffffff, 0xfffffffe, 0xffffffff];
const words = (
  '{|}|[|]|"|,|:|\\|\n|\r\n|\t| |;|null|true|-1|0|1e999|1.5|99999999999999999999|"\\ud800"|"__proto__"|""|\0|[]|{}|../|' +
  "📦|\u200d|\u0301|\u2028|\uFEFF|<e1>|</e2>|T1|R1\t|E1|*|PK\x01\x02|PK\x03\x04|PK\x05\x06|\x1f\x8b\x08|[[[[[[[[[[[[[[[["
).split("|");

function mutate(original, originals, random) {
  const pick = (items) => items[random.below(items.length)];
  let bytes = Buffer.from(original);
  for (let changes = 1 + random.below(4); changes > 0 && bytes.length > 0; changes--) {
    const at = random.below(bytes.length);
    const insert = (piece, removed = 0) => Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + removed)]);
    const length = 1 + random.below(64);
    const kind = random.below(12);
    if (kind < 2) bytes[at] ^= 1 << random.below(8);
    else if (kind === 2) bytes[at] = random.below(256);
    else if (kind < 5) {
      const word = Buffer.from(pick(words));
      bytes = insert(word, pick([0, length, word.length]));
    } else if (kind === 5) bytes = insert(Buffer.alloc(0), length);
    else if (kind === 6) {
      const from = random.below(bytes.length);
      bytes = insert(bytes.subarray(from, from + length), random.below(2) * length);
    } else if (kind === 7) {
      const other = pick(originals);
      bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length + 1))]);
    } else if (kind === 8 && random.below(3) === 0) bytes = bytes.subarray(0, at);
    else if (kind > 8) lie(bytes, pick, random);
  }
  return bytes;
}

/** Changes a field of a zip header, or a number of a text. */
function lie(bytes, pick, random) {
  const signature = pick(Object.keys(zipFields));
  const found = bytes.indexOf(signature, random.below(bytes.length), "latin1");
  if (found >= 0) {
    const fields = zipFields[signature];
    const field = 2 * random.below(fields.length / 2);
    const [start, width] = [found + fields[field], fields[field + 1]];
    if (start + width > bytes.length) return;
    const now = bytes.readUIntLE(start, width);
    const value = random.below(2) === 0 ? pick(edges) : now + random.below(9) - 4;
    bytes.writeUIntLE(Math.max(0, value) % 2 ** (8 * width), start, width);
    return;
  }
  const digit = /[0-9]/.exec(bytes.toString("latin1", random.below(bytes.length)));
  if (digit) bytes[bytes.length - digit.input.length + digit.index] = 48 + random.below(10);
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
  const result = {};
  for (const name of names) {
    if (names.length > 1 && random.below(40) === 0 && !name.endsWith(".ann")) continue;
    result[name] = name === damaged || random.below(4) === 0 ? mutate(files[name], all, random) : files[name];
  }
  return result;
}

const bytesOf = (seeds) =>
  seeds.map((files) => Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes)])));

/** Returns the sets of files of a kind; `only` selects the example files named after these formats. */
function seedsOf(kind, only) {
  const seeds = kinds[kind].seeds();
  const names = only.split(",");
  const isNamed = (files) => names.some((name) => Object.keys(files)[0].startsWith(`${name}.`));
  return bytesOf(only === "" ? seeds : seeds.filter(isNamed));
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
    format: kind === "brat" ? pick([undefined, "brat"]) : kind === "jsonl" ? pick([undefined, named]) : undefined,
  });
  const context = new CorpusReading({ settings });
  try {
    let documents = 0;
    const sources = await kinds[kind].open(files, api, stream, context.notices);
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

async function main({ format, count, seed, first: begin, only }) {
  const wanted = Object.keys(kinds).filter((kind) => format === "all" || format === kind);
  if (wanted.length === 0) {
    process.stderr.write(`There is no kind "${format}"; there are: ${Object.keys(kinds).join(", ")}, all.\n`);
    process.exit(64);
  }
  if (!buildIfStale()) process.exit(70);
  const { random } = await load("random");
  const folder = mkdtempSync(join(tmpdir(), "relata-fuzz-"));
  const end = Number(begin) + Number(count);
  let findings = 0;
  for (const kind of wanted) {
    const total = { kind, cases: Number(count), findings: 0, outcomes: {}, slowestMs: 0, rssMiB: 0, seconds: 0 };
    const started = performance.now();
    for (let first = Number(begin); first < end;) {
      const size = Math.min(10_000, end - first);
      const { finding, at, ...tally } = await batch(kind, first, size, seed, only);
      first = finding ? at + 1 : first + size;
      for (const [outcome, n] of Object.entries(tally.outcomes ?? {})) {
        total.outcomes[outcome] = (total.outcomes[outcome] ?? 0) + n;
      }
      total.slowestMs = Math.round(Math.max(total.slowestMs, tally.slowestMs ?? 0));
      total.rssMiB = Math.round(Math.max(total.rssMiB, tally.rssMiB ?? 0));
      if (finding) {
        for (const [name, bytes] of Object.entries(caseOf(seedsOf(kind, only), Number(seed), kind, at, random).files)) {
          writeFileSync(join(folder, `${kind}-${at}-${name}`), bytes);
        }
        process.stderr.write(`${kind}, case ${at}, kept in ${folder}: ${finding}\n`);
        total.findings++;
        if (total.findings >= 20) break;
      }
    }
    total.seconds = Math.round((performance.now() - started) / 1000);
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
  first: { type: "string", default: "0" },
  only: { type: "string", default: "" },
};
if (process.argv[2] === "--worker") await worker(process.argv.slice(3));
else await main(parseArgs({ options }).values);
