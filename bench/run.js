// Benches, apart from the tests: `npm run bench`, or `npm run bench -- quickstart --runs 5`. Prints Markdown: medians of
// runs taken in turns within one call, with the least and the greatest, since machines are shared and noisy; with --json
// every number, as a JSON object a bench; with --save LABEL the medians are stored in history/LABEL.json (history.js).
// --threads N (default 2) is how many threads models compute with; quickstart takes one and two instead. Exit code 1 where a
// limit that a bench names is not met.
//     npm run bench                                        (help, quickstart, document-encoding, convert, growth)
//     npm run bench -- convert [--megabytes 1024] [--old FOLDER]
//     npm run bench -- tokenization --data TRAIN_FILE.TXT
//     npm run bench -- growth [--plot FILE.svg]
//     npm run bench -- relata-mini
//     npm run bench -- from-text
//     npm run bench -- many-labels
//     npm run bench -- lora
//     npm run bench -- adapters
//     npm run bench -- defaults --runs 5 [--only relata-mini]
//     npm run bench -- kills [--kills 200]
//     npm run bench -- encoders [--only bert]
//     npm run bench -- intervals
//     npm run bench -- scoring [--documents 100000] [--queue-kills 20] [--memory-rows 100000]
//     npm run bench -- stop [--documents 230]
//     npm run bench -- suspects --data FILE [--seeds 5] [--only uniform]
//     npm run bench -- loop [--seeds 5] [--steps 200] [--only relata-mini] [--plot FILE.svg]
// Those of a large model take its folder; without one, base-folder.js makes one of luke-base's size:
//     npm run bench -- base-parity [FOLDER]
//     npm run bench -- cold-start [FOLDER]
//     npm run bench -- inference [FOLDER]
//     npm run bench -- training-step [FOLDER]
//     npm run bench -- real-sentences [FOLDER] --data TRAIN_FILE.TXT [--sentences 640]
//     npm run bench -- document-epoch [FOLDER] --data FILE
//     npm run bench -- fine-tune [FOLDER] [--data FILE] [--documents 60]
//     npm run bench -- estimate [FOLDER] [--only luke-mini]
// Those that compare with transformers take the Python named in RELATA_PYTHON, or install one (reference/install.js).
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import * as adapters from "./adapters.js";
import { buildIfStale } from "../scripts/build-if-stale.js";
import { baseFolder } from "./base-folder.js";
import * as baseParity from "./base-parity.js";
import * as coldStart from "./cold-start.js";
import * as convert from "./convert.js";
import * as defaults from "./defaults.js";
import * as documentEpoch from "./document-epoch.js";
import * as documentEncoding from "./document-encoding.js";
import * as encoders from "./encoders.js";
import * as estimate from "./estimate.js";
import * as fineTune from "./fine-tune.js";
import * as fromText from "./from-text.js";
import * as growth from "./growth.js";
import * as help from "./help.js";
import { machine, releaseToSave, saveRelease } from "./history.js";
import * as inference from "./inference.js";
import * as intervals from "./intervals.js";
import * as kills from "./kills.js";
import * as large from "./large.js";
import * as loop from "./loop.js";
import * as lora from "./lora.js";
import * as manyLabels from "./many-labels.js";
import * as quickstart from "./quickstart.js";
import * as realSentences from "./real-sentences.js";
import * as relataMini from "./relata-mini.js";
import * as scoring from "./scoring.js";
import { median } from "./statistics.js";
import * as stop from "./stop.js";
import * as suspects from "./suspects.js";
import * as tokenization from "./tokenization.js";
import * as trainingStep from "./training-step.js";

const benches = { help, quickstart, "document-encoding": documentEncoding, convert, growth, large };
const benchesOfData = {
  adapters,
  defaults,
  encoders,
  lora,
  loop,
  tokenization,
  "relata-mini": relataMini,
  "from-text": fromText,
  "many-labels": manyLabels,
  kills,
  intervals,
  scoring,
  stop,
  suspects,
};
const benchesOfFolders = {
  "base-parity": baseParity,
  "cold-start": coldStart,
  estimate,
  "fine-tune": fineTune,
  "document-epoch": documentEpoch,
  inference,
  "training-step": trainingStep,
  "real-sentences": realSentences,
};
const { values, positionals } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    data: { type: "string" },
    threads: { type: "string", default: "2" },
    documents: { type: "string" },
    sentences: { type: "string", default: "640" },
    megabytes: { type: "string", default: "1024" },
    kills: { type: "string", default: "200" },
    "queue-kills": { type: "string", default: "20" },
    "memory-rows": { type: "string", default: "100000" },
    seeds: { type: "string", default: "5" },
    steps: { type: "string", default: "200" },
    only: { type: "string" },
    old: { type: "string" },
    plot: { type: "string" },
    save: { type: "string" },
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
  const middle = number(median(measured));
  if (measured.length === 1) return middle;
  return `${middle} (${number(Math.min(...measured))} to ${number(Math.max(...measured))})`;
}

function table(bench, rows) {
  const columns = Object.keys(rows[0].results[0]);
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  const body = rows.map(({ name, results }) =>
    line([name, ...columns.map((column) => (column in results[0] ? spread(results.map((one) => one[column])) : ""))]),
  );
  return `\n## ${bench.title}\n\n${line([bench.subject, ...columns])}${line(["---", ...columns.map(() => "---")])}${body.join("")}`;
}

const mediansOf = (rows) =>
  rows.map(({ name, results }) => ({
    name,
    medians: Object.fromEntries(
      Object.keys(results[0]).map((column) => [column, median(results.map((one) => one[column]))]),
    ),
  }));

async function main() {
  const [first, folder, ...others] = positionals;
  const ofFolder = benchesOfFolders[first];
  if (ofFolder && others.length > 0) fail(`"${first}" takes one folder, and no other bench beside it.`, 64);
  const wanted = ofFolder ? [first] : positionals.length > 0 ? positionals : Object.keys(benches);
  const unknown = wanted.find((name) => !benches[name] && !benchesOfData[name] && !benchesOfFolders[name]);
  if (unknown) {
    const names = Object.keys({ ...benches, ...benchesOfData, ...benchesOfFolders }).join(", ");
    fail(`There is no bench "${unknown}"; there are: ${names}.`, 64);
  }
  if (values.save !== undefined) releaseToSave(values.save);
  if (!buildIfStale()) process.exit(70);

  if (!values.json) process.stdout.write(`${machine}, ${values.threads} threads\n`);
  const options = {
    runs: Number(values.runs),
    threads: Number(values.threads),
    documents: values.documents === undefined ? undefined : Number(values.documents),
    sentences: Number(values.sentences),
    megabytes: Number(values.megabytes),
    old: values.old,
    kills: Number(values.kills),
    queueKills: Number(values["queue-kills"]),
    memoryRows: Number(values["memory-rows"]),
    data: values.data && resolve(values.data),
    folder: ofFolder && (folder === undefined ? baseFolder() : resolve(folder)),
    seeds: Number(values.seeds),
    steps: Number(values.steps),
    only: values.only,
    plot: values.plot && resolve(values.plot),
  };
  for (const name of wanted) {
    const bench = benches[name] ?? benchesOfData[name] ?? benchesOfFolders[name];
    const rows = await bench.run(options);
    process.stdout.write(values.json ? `${JSON.stringify({ bench: name, machine, rows })}\n` : table(bench, rows));
    if (!values.json) for (const remark of bench.remarks?.(rows) ?? []) process.stdout.write(`\n${remark}\n`);
    if (values.save)
      saveRelease(values.save, { benches: { [name]: { threads: options.threads, rows: mediansOf(rows) } } });
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
