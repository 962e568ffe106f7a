// Benches, apart from the tests: `npm run bench`, or `npm run bench -- quickstart --runs 5`. Prints Markdown: medians of
// runs taken in turns within one call, with the least and the greatest, since machines are shared and noisy; with --json
// every number, as a JSON object a bench.
//     npm run bench -- convert [--megabytes 1024]
//     RELATA_PYTHON=python npm run bench -- tokenization --data TRAIN_FILE.TXT
// Those of a large model need its folder, and the top of their files says how to make one:
//     npm run bench -- base-parity FOLDER
//     RELATA_PYTHON=python npm run bench -- cold-start FOLDER
//     RELATA_PYTHON=python npm run bench -- inference FOLDER
//     npm run bench -- document-epoch FOLDER --data FILE
//     npm run bench -- fine-tune FOLDER [--data FILE] [--documents 60]
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildIfStale } from "../scripts/build-if-stale.js";
import * as baseParity from "./base-parity.js";
import * as coldStart from "./cold-start.js";
import * as convert from "./convert.js";
import * as documentEpoch from "./document-epoch.js";
import * as documentEncoding from "./document-encoding.js";
import * as fineTune from "./fine-tune.js";
import * as help from "./help.js";
import * as inference from "./inference.js";
import * as quickstart from "./quickstart.js";
import * as tokenization from "./tokenization.js";

const benches = { help, quickstart, "document-encoding": documentEncoding, convert };
const benchesOfData = { tokenization };
const benchesOfFolders = {
  "base-parity": baseParity,
  "cold-start": coldStart,
  inference,
  "fine-tune": fineTune,
  "document-epoch": documentEpoch,
};
const { values, positionals } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    data: { type: "string" },
    documents: { type: "string", default: "60" },
    megabytes: { type: "string", default: "1024" },
    plot: { type: "string" },
    json: { type: "boolean", default: false },
  },
  allowPositionals: true,
});

function fail(message, exitCode) {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
}

const number = (value) => {
  if (Number.isInteger(value)) return String(value);
  if (Math.abs(value) < 0.01) return value.toExponential(1);
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
};
function spread(measured) {
  const sorted = [...measured].sort((a, b) => a - b);
  const median = number(sorted[Math.floor(sorted.length / 2)]);
  return sorted.length === 1 ? median : `${median} (${number(sorted[0])} to ${number(sorted.at(-1))})`;
}

function table(bench, rows) {
  const columns = Object.keys(rows[0].results[0]);
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  const body = rows.map(({ name, results }) =>
    line([name, ...columns.map((column) => spread(results.map((result) => result[column])))]),
  );
  return `\n## ${bench.title}\n\n${line([bench.subject, ...columns])}${line(["---", ...columns.map(() => "---")])}${body.join("")}`;
}

async function main() {
  const [first, folder, ...others] = positionals;
  const ofFolder = benchesOfFolders[first];
  if (ofFolder && (folder === undefined || others.length > 0))
    fail(`Give "${first}" the folder of its model; the top of bench/${first}.js says how to make one.`, 64);
  const wanted = ofFolder ? [first] : positionals.length > 0 ? positionals : Object.keys(benches);
  const unknown = wanted.find((name) => !benches[name] && !benchesOfData[name] && !benchesOfFolders[name]);
  if (unknown) {
    const names = Object.keys({ ...benches, ...benchesOfData, ...benchesOfFolders }).join(", ");
    fail(`There is no bench "${unknown}"; there are: ${names}.`, 64);
  }
  if (!buildIfStale()) process.exit(70);

  const { model } = cpus()[0];
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const machine = `${model.trim()}, ${cpus().length} cores, ${memory} GiB, Node ${process.version}`;
  if (!values.json) process.stdout.write(`${machine}\n`);
  const options = {
    runs: Number(values.runs),
    documents: Number(values.documents),
    megabytes: Number(values.megabytes),
    data: values.data && resolve(values.data),
    folder: folder && resolve(folder),
    plot: values.plot && resolve(values.plot),
  };
  for (const name of wanted) {
    const bench = benches[name] ?? benchesOfData[name] ?? benchesOfFolders[name];
    const rows = await bench.run(options);
    process.stdout.write(values.json ? `${JSON.stringify({ bench: name, machine, rows })}\n` : table(bench, rows));
    if (!values.json) for (const remark of bench.remarks?.(rows) ?? []) process.stdout.write(`\n${remark}\n`);
    for (const failure of bench.failures?.(rows) ?? []) {
      process.stderr.write(`${name}: ${failure}\n`);
      process.exitCode = 1;
    }
  }
}

try {
  await main();
} catch (error) {
  fail(error.message, 1);
}
