// Plants errors in 5 % of the relations of a corpus, and counts how many of them `relata data suspects` finds among as many suspects
// as there are errors: relations for exchanged labels, places without a relation for those that were left out.
//     npm run bench -- suspects --data popcorn_fr/annotations.jsonlines [--only uniform|plausible|missing] [--seeds 1]
// Exit code 1 if the precision of exchanged labels is less than five times that of chance, the share of errors among what is ranked.
// Missing relations have no limit: a corpus that lacks some itself has them among the suspects, and they count as wrong here.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "./modules.js";
import { keyOf, kinds, plant } from "./planted.js";

export const title = "Planted errors among suspicious annotations";
export const subject = "errors";

const share = 0.05;

export async function run({ data, threads, only, seeds }) {
  if (data === undefined) throw new Error("The bench suspects needs annotations: --data FILE.");
  if (only !== undefined && !kinds.includes(only)) throw new Error(`--only ${only}: expected ${kinds.join(", ")}.`);
  const [{ readCorpus }, { suspects }, { suspectsConfig }, { random, shuffled }] = await Promise.all(
    ["formats-read", "suspects", "config", "random"].map((name) => load(name)),
  );
  const { documents } = await readCorpus([data], {}, 2);
  const config = suspectsConfig.parse({
    model: "luke-mini",
    encoding: "document",
    candidates: "schema",
    negativesPerPositive: 2,
    multiLabel: true,
    metric: "relation_micro_f1",
    folds: 3,
    epochs: 2,
    limit: 1e9,
    threads,
  });
  const rows = [];
  for (const kind of only === undefined ? kinds : [only]) {
    const results = [];
    for (let seed = 1; seed <= seeds; seed++) {
      const planted = plant(documents, { kind, share, stream: random("planted", seed), shuffled });
      results.push(await found(kind, planted, suspects, config));
    }
    rows.push({ name: kind, results });
  }
  return rows;
}

async function found(kind, { spoilt, keys, relations }, suspects, config) {
  const place = mkdtempSync(join(tmpdir(), "relata-suspects-"));
  try {
    const file = join(place, "spoilt.jsonl");
    writeFileSync(file, spoilt.map((document) => `${JSON.stringify(document)}\n`).join(""));
    const started = performance.now();
    const finding = suspects([file], config);
    let next = await finding.next();
    while (!next.done) next = await finding.next();
    const { suspects: all, judged } = next.value;
    const isOfKind = ({ given }) => (given === "") === (kind === "missing");
    const first = all.filter(isOfKind).slice(0, keys.size);
    const right = first.filter(({ document, spans, given, suggested }) =>
      keys.has(keyOf(document, spans.head, spans.tail, kind === "missing" ? suggested : given)),
    );
    const [precision, ranked] = [right.length / keys.size, kind === "missing" ? judged - relations : relations];
    return {
      planted: keys.size,
      suspects: first.length,
      "planted among them": right.length,
      precision,
      "times chance": (precision * ranked) / keys.size,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    rmSync(place, { recursive: true });
  }
}

export const failures = (rows) =>
  rows.flatMap(({ name, results }) => {
    if (name === "missing") return [];
    const least = Math.min(...results.map((one) => one["times chance"]));
    return least < 5
      ? [`${name}: the precision is ${least.toFixed(1)} times that of chance, less than five times`]
      : [];
  });
