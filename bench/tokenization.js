// Tokenization of marked pairs, one a document as in SemEval-2010 Task 8, by encodePairs, against transformers' LukeTokenizer:
//     npm run bench -- tokenization --data TRAIN_FILE.TXT [--runs 3]
// With the same files on both sides: a vocabulary learnt from the data to its last word, and the committed small one, which
// cuts most words into many tokens. Counted in CPU seconds of the process, so that no second thread comes for free. "words
// new" is the first time over the data with a tokenizer just opened, "words known" the second: both sides remember words,
// neither remembers texts. LukeTokenizer is asked text by text and in one call, and the faster of the two counts. Exit code
// 1 if any id differs, or if Relata is not 20 times faster.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { load } from "./modules.js";
import { python, requireTransformers } from "./reference/python.js";
import { median } from "./statistics.js";

const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const leastRatio = 20;
const vocabSize = 40_000;

export const title = "pairs tokenized in a second of one core";
export const subject = "tokenizer";

export async function run({ data, runs }) {
  if (!data) throw new Error("Name the data, annotated documents: --data TRAIN_FILE.TXT");
  const original = requireTransformers();
  const temporary = mkdtempSync(join(tmpdir(), "relata-bench-"));
  try {
    const { readCorpus } = await load("formats-read");
    const { documents } = await readCorpus([data]);
    const examples = documents.map(({ text, entities: [head, tail] }) => ({ text, head, tail }));
    const rows = [];
    for (const { name, folder } of await vocabularies(documents, temporary)) {
      const [ours, theirs, ratios] = ["Relata", original, "times as many"].map((who) => ({
        name: `${name}: ${who}`,
        results: [],
      }));
      for (let round = 0; round <= runs; round++) {
        const relata = await ofRelata(examples, folder);
        if (round === 0) continue;
        const rival = ofTransformers(examples, folder);
        ours.results.push(relata.rates);
        theirs.results.push(rival.rates);
        ratios.results.push(mapped(relata.rates, (rate, words) => rate / rival.rates[words]));
        ratios.differences = relata.ids.filter((ids, i) => ids !== rival.ids[i]).length;
      }
      rows.push(ours, theirs, ratios);
    }
    return rows;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

const mapped = (object, f) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(value, key)]));

/** The folders of tokenizer files to compare. */
async function vocabularies(documents, temporary) {
  const { LukeTokenizer } = await load("luke-tokenizer");
  const texts = documents.map(({ text }) => text);
  const learnt = await LukeTokenizer.train(texts, { vocabSize, minFrequency: 1 });
  const folders = { learnt: join(temporary, "learnt"), small: join(temporary, "small") };
  for (const folder of Object.values(folders)) cpSync(at("../test/oracle/tiny-vocab"), folder, { recursive: true });
  for (const [name, text] of Object.entries(learnt.files())) writeFileSync(join(folders.learnt, name), text);
  return Object.values(folders).map((folder) => {
    const size = Object.keys(JSON.parse(readFileSync(join(folder, "vocab.json"), "utf8"))).length;
    return { name: `${size.toLocaleString("en")} tokens`, folder };
  });
}

async function ofRelata(examples, folder) {
  const { LukeTokenizer } = await load("luke-tokenizer");
  const { encodePairs } = await load("pair-encoding");
  const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]);
  const tokenizer = LukeTokenizer.fromFiles(Object.fromEntries(files));
  const rates = {};
  for (const words of ["words new", "words known"]) {
    const before = process.cpuUsage();
    for (const { text, head, tail } of examples) await encodePairs(tokenizer, text, [{ head, tail }]);
    const { user, system } = process.cpuUsage(before);
    rates[words] = (1e6 * examples.length) / (user + system);
  }
  const ids = [];
  for (const { text, head, tail } of examples) {
    const [{ encoding, unencodable }] = await encodePairs(tokenizer, text, [{ head, tail }]);
    if (unencodable) throw new Error(`${unencodable.message}; choose other data`);
    const { inputIds, entityIds, entityPositionIds } = encoding;
    ids.push(JSON.stringify([[...inputIds], [...entityIds], entityPositionIds.map((places) => [...places])]));
  }
  return { rates, ids };
}

function ofTransformers(examples, folder) {
  const pairs = examples.map(({ text, head, tail }) => {
    const codePoints = (offset) => Array.from(text.slice(0, offset)).length;
    return [text, [head, tail].map(({ start, end }) => [codePoints(start), codePoints(end)])];
  });
  const { status, stdout, stderr, error } = spawnSync(python, [at("reference/tokenize_pairs.py"), folder], {
    input: JSON.stringify(pairs),
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    env: { ...process.env, HF_HUB_OFFLINE: "1" },
  });
  if (status !== 0) throw new Error(`LukeTokenizer failed: ${error?.message ?? stderr.slice(-2000)}`);
  const { seconds, ids } = JSON.parse(stdout);
  const fastest = (words) => examples.length / Math.min(...Object.values(seconds).map((way) => way[words]));
  return {
    rates: { "words new": fastest("new"), "words known": fastest("known") },
    ids: ids.map((one) => JSON.stringify(one)),
  };
}

export const failures = (rows) =>
  rows
    .filter(({ differences }) => differences !== undefined)
    .flatMap(({ name, results, differences }) => {
      const found = differences > 0 ? [`${name}: ${differences} pairs have other ids`] : [];
      for (const words of Object.keys(results[0])) {
        const ratio = median(results.map((result) => result[words]));
        if (!(ratio >= leastRatio)) found.push(`${name}, ${words}: ${ratio.toFixed(1)}, not ${leastRatio}`);
      }
      return found;
    });
