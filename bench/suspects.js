// Plants errors and counts how many of them `relata data suspects` finds: the label of 5 % of the relations of a corpus is
// exchanged for another one. Precision is the share of planted errors among as many suspicious relations as there are errors.
//     npm run bench -- suspects --data popcorn_fr/annotations.jsonlines
// Exit code 1 if the precision is less than five times that of chance, the share that was planted.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "./modules.js";

export const title = "Planted errors among suspicious annotations";
export const subject = "corpus";

const share = 0.05;

export async function run({ data, threads }) {
  if (data === undefined) throw new Error("The bench suspects needs annotations: --data FILE.");
  const [{ readCorpus }, { suspects }, { suspectsConfig }, { random, shuffled }] = await Promise.all(
    ["formats-read", "suspects", "config", "random"].map((name) => load(name)),
  );
  const { documents } = await readCorpus([data], {}, 2);
  const stream = random("planted");
  const labels = [...new Set(documents.flatMap(({ relations }) => relations.map(({ label }) => label)))].sort((a, b) =>
    a < b ? -1 : 1,
  );
  const places = documents.flatMap(({ relations }, document) =>
    relations.flatMap(({ head, tail }, relation) => (head === tail ? [] : [{ document, relation }])),
  );
  const planted = shuffled(places, stream).slice(0, Math.round(share * places.length));
  const spoilt = documents.map(({ id, text, entities, relations }) => ({
    id,
    text,
    entities,
    relations: [...relations],
  }));
  const keys = new Set();
  for (const { document, relation } of planted) {
    const { id, relations } = spoilt[document];
    const one = relations[relation];
    const taken = relations
      .filter(({ head, tail }) => head === one.head && tail === one.tail)
      .map(({ label }) => label);
    const others = labels.filter((label) => !taken.includes(label));
    relations[relation] = { ...one, label: others[stream.below(others.length)] };
    keys.add(
      keyOf(id, spoilt[document].entities[one.head], spoilt[document].entities[one.tail], relations[relation].label),
    );
  }
  const place = mkdtempSync(join(tmpdir(), "relata-suspects-"));
  try {
    const file = join(place, "spoilt.jsonl");
    writeFileSync(file, spoilt.map((document) => `${JSON.stringify(document)}\n`).join(""));
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
    const started = performance.now();
    const finding = suspects([file], config);
    let next = await finding.next();
    while (!next.done) next = await finding.next();
    const relations = next.value.suspects.filter(({ given }) => given !== "").slice(0, keys.size);
    const right = relations.filter(({ document, spans, given }) =>
      keys.has(keyOf(document, spans.head, spans.tail, given)),
    );
    return [
      {
        name: `${documents.length} documents, ${places.length} relations`,
        results: [
          {
            planted: keys.size,
            suspects: relations.length,
            "planted among them": right.length,
            precision: right.length / keys.size,
            "times chance": right.length / keys.size / share,
            seconds: (performance.now() - started) / 1000,
          },
        ],
      },
    ];
  } finally {
    rmSync(place, { recursive: true });
  }
}

const keyOf = (document, head, tail, label) => [document, head.start, head.end, tail.start, tail.end, label].join(" ");

export const failures = ([{ results }]) => {
  const times = results[0]["times chance"];
  return times < 5 ? [`the precision is ${times.toFixed(1)} times that of chance, less than five times`] : [];
};
