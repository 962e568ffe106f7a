// Damages checkpoints at random and reads them:
//     node bench/fuzz-checkpoints.js [safetensors] [torch] [--mutations 100000] [--seed 1]      (mutations of each)
// A reader may read what is left or refuse it with a CheckpointError. Anything else, a crash, a mutation that takes
// longer than ten seconds or memory beyond the limit is a finding; its file is kept, and the exit code is 1.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildIfStale } from "../scripts/build-if-stale.js";
import { load } from "./modules.js";
import { watchedWorker } from "./watched-worker.js";

const oracle = fileURLToPath(new URL("../test/oracle/", import.meta.url));
const readers = {
  safetensors: {
    module: "safetensors",
    open: "openSafetensors",
    files: ["safetensors/mixed.safetensors", "safetensors/float32.safetensors"],
    /** Returns the range of a file's structure, as opposed to its numbers. */
    words: (bytes) => [[0, 8 + Number(bytes.readBigUInt64LE())]],
  },
  torch: {
    module: "torch",
    open: "openTorchFile",
    files: ["torch/other-name.bin", "torch/float32.bin", "torch/legacy.bin"],
    words: (bytes) => {
      const pickle = bytes.indexOf("\x80\x02", 0, "latin1");
      const directory = bytes.indexOf("PK\x01\x02", 0, "latin1");
      const isZip = directory > 0;
      return isZip
        ? [
            [pickle, bytes.indexOf(".PK", pickle)],
            [directory, bytes.length],
            [0, bytes.length],
          ]
        : [[0, bytes.length]];
    },
  },
};
const slowMs = 10_000;
const maxHeapMiB = 256;
const maxRssMiB = 512;
const edges = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0xffffn,
  0x7fffffffn,
  0xffffffffn,
  2n ** 53n,
  2n ** 62n,
  2n ** 63n,
  2n ** 64n - 1n,
];

function mutate(originals, random) {
  const pick = (items) => items[random.below(items.length)];
  const { bytes: original, words } = pick(originals);
  let bytes = Buffer.from(original);
  for (let changes = 1 + random.below(4); changes > 0 && bytes.length > 0; changes--) {
    const [from, to] = random.below(4) > 0 ? pick(words) : [0, bytes.length];
    const at = Math.min(bytes.length - 1, from + random.below(to - from));
    const other = random.below(bytes.length);
    const length = 1 + random.below(64);
    const insert = (piece, removed = 0) => Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + removed)]);
    const kind = random.below(10);
    if (kind < 2) bytes[at] = random.below(256);
    else if (kind < 4) bytes[at] ^= 1 << random.below(8);
    else if (kind === 4) {
      const width = Math.min(pick([1, 2, 4, 8]), bytes.length - at);
      const edge = Buffer.alloc(8);
      edge.writeBigUInt64LE(pick(edges));
      edge.copy(bytes, at, 0, width);
    } else if (kind === 5) bytes = insert(Buffer.of(random.below(256)));
    else if (kind === 6) bytes = insert(Buffer.of(), length);
    else if (kind === 7) bytes = insert(bytes.subarray(other, other + length), random.below(2) * length);
    else if (kind === 8) bytes = Buffer.concat([bytes.subarray(0, at), pick(originals).bytes.subarray(other)]);
    else if (random.below(4) === 0) bytes = bytes.subarray(0, at);
  }
  return bytes;
}

async function worker([reader, first, count, seed, path]) {
  const { module, open, files, words } = readers[reader];
  const [{ [open]: openFile }, { CheckpointError }, { random }] = await Promise.all(
    [module, "checkpoint-error", "random"].map(load),
  );
  const originals = files
    .map((name) => readFileSync(join(oracle, name)))
    .map((bytes) => ({ bytes, words: words(bytes) }));
  const tally = { read: 0, refused: 0, slowestMs: 0 };
  for (let i = Number(first); i < Number(first) + Number(count); i++) {
    const bytes = mutate(originals, random(Number(seed), reader, i));
    writeFileSync(path, bytes);
    process.send({ started: i });
    const start = performance.now();
    try {
      const file = await openFile(path);
      try {
        for (const name of file.names) {
          const { data } = await file.readTensor(name);
          if (data.byteLength > bytes.length) throw new Error(`${name}: more bytes than in the file`);
        }
      } finally {
        await file.close();
      }
      tally.read++;
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      tally.refused++;
    }
    tally.slowestMs = Math.max(tally.slowestMs, performance.now() - start);
  }
  process.send({ ...tally, rssMiB: process.resourceUsage().maxRSS / 1024 });
}

/** Runs mutations in a process of its own. @returns its tally, or the failure */
function batch(reader, first, count, seed, path) {
  const args = ["--worker", reader, first, count, seed, path];
  const execArgv = [`--max-old-space-size=${maxHeapMiB}`];
  return watchedWorker(fileURLToPath(import.meta.url), args, { execArgv, slowMs, maxRssMiB, first });
}

async function main({ mutations, seed }, wanted) {
  if (!buildIfStale()) process.exit(70);
  const folder = mkdtempSync(join(tmpdir(), "relata-fuzz-"));
  const each = Number(mutations);
  const batchSize = 10_000;
  let findings = 0;
  process.stdout.write("| reader | mutations | read | refused | findings | slowest, ms | peak memory, MiB |\n");
  process.stdout.write("| --- | --- | --- | --- | --- | --- | --- |\n");
  for (const reader of Object.keys(readers).filter((name) => wanted.length === 0 || wanted.includes(name))) {
    const total = { read: 0, refused: 0, findings: 0, slowestMs: 0, rssMiB: 0 };
    for (let first = 0; first < each;) {
      const count = Math.min(batchSize, each - first);
      const path = join(folder, `${reader}.bin`);
      const { finding, at, ...tally } = await batch(reader, first, count, seed, path);
      first = finding ? at + 1 : first + count;
      if (finding) {
        copyFileSync(path, join(folder, `${reader}-${at}.bin`));
        process.stderr.write(`${reader}, mutation ${at} (${join(folder, `${reader}-${at}.bin`)}): ${finding}\n`);
        total.findings++;
        continue;
      }
      total.read += tally.read;
      total.refused += tally.refused;
      total.slowestMs = Math.max(total.slowestMs, tally.slowestMs);
      total.rssMiB = Math.max(total.rssMiB, tally.rssMiB);
    }
    findings += total.findings;
    const numbers = [total.read, total.refused, total.findings, total.slowestMs.toFixed(0), total.rssMiB.toFixed(0)];
    process.stdout.write(`| ${reader} | ${each} | ${numbers.join(" | ")} |\n`);
  }
  if (findings === 0) rmSync(folder, { recursive: true });
  process.exitCode = findings === 0 ? 0 : 1;
}

const options = { mutations: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } };
if (process.argv[2] === "--worker") await worker(process.argv.slice(3));
else {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  await main(values, positionals);
}
