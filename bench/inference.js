// Pairs scored a second by a model of luke-base's size, and the highest memory, against transformers:
//     python bench/reference/base_checkpoint.py FOLDER        (once: writes the model, 1.1 GB)
//     RELATA_PYTHON=python npm run bench -- inference FOLDER [--runs 3]
// All score the same padded batch, 32 texts of 35 tokens with 2 entities, on 2 threads, in turns, each in a process of its
// own that has opened the model, after one round that is not counted. Then every ordered pair of 22 entities of a text of
// 128 tokens: in one pass of document encoding, and pair by pair as transformers does it, which is measured on 64 of the
// 462 pairs. Exit code 1 if Relata is not 1.5 times as fast as transformers in float32, 4 times with int8, 100 times on all
// pairs of a text, or if its float32 logits differ from those of transformers by more than 1e-4.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { python, requireTransformers } from "./reference/python.js";

const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const threads = 2;
const texts = 32;
const words = 35;
const mention = 3;
const document = { words: 128, entities: 22, sampledPairs: 64, texts: 4 };
const maxDifference = 1e-4;
const wanted = { float32: 1.5, int8: 4, "document encoding": 100 };

export const title = "scoring pairs, luke-base size, 2 threads";
export const subject = "process";

export async function run({ folder, runs }) {
  const original = requireTransformers();
  const processes = {
    float32: await Scorer.open("Relata, float32", process.execPath, [at("scorer.js")], {
      folder,
      threads,
      dtype: "float32",
    }),
    int8: await Scorer.open("Relata, int8", process.execPath, [at("scorer.js")], {
      folder,
      threads,
      dtype: "int8",
    }),
    rival: await Scorer.open(original, python, [at("reference/rival.py")], {
      folder,
      threads,
      entities: 4,
      training: false,
    }),
  };
  const { float32, int8, rival } = processes;
  const batch = Array.from({ length: texts }, (_, i) => pairText(words, [3, 15], i));
  const pairs = permutations(document.entities);
  const places = Array.from({ length: document.entities }, (_, i) => 1 + i * 5);
  const whole = Array.from({ length: document.texts }, (_, i) => encodingOf(document.words, places, pairs, 2, i));
  // The markers of pair encoding are four words more.
  const each = pairs
    .slice(0, document.sampledPairs)
    .map(([head, tail]) => pairText(document.words + 4, [places[head], places[tail]], 0));

  const ours = (scorer, encodings, batchSize) => () => scorer.ask({ do: "score", encodings, batchSize });
  const theirs = (encodings, autocast) => async () => {
    const answer = { logits: [], seconds: 0 };
    for (let i = 0; i < encodings.length; i += texts) {
      const { logits, seconds } = await rival.ask({
        do: "score",
        batch: argumentsOf(encodings.slice(i, i + texts)),
        autocast,
      });
      answer.logits.push(...logits);
      answer.seconds += seconds;
    }
    return answer;
  };
  const rows = [
    { name: "Relata, float32", scorer: float32, count: texts, score: ours(float32, batch, texts) },
    { name: "Relata, int8", scorer: int8, count: texts, score: ours(int8, batch, texts) },
    { name: original, scorer: rival, count: texts, score: theirs(batch, false) },
    { name: `${original}, bfloat16 autocast`, scorer: rival, count: texts, score: theirs(batch, true) },
    {
      name: "Relata, float32, every pair of a text at once",
      scorer: float32,
      count: pairs.length * document.texts,
      score: ours(float32, whole, document.texts),
    },
    { name: `${original}, every pair of a text`, scorer: rival, count: each.length, score: theirs(each, false) },
  ].map((row) => ({ ...row, results: [], logits: undefined }));
  for (let round = 0; round <= runs; round++) {
    for (const row of rows) {
      const { logits, seconds } = await row.score();
      const { peakMemory } = await row.scorer.ask({ do: "peak" });
      row.logits = logits;
      if (round > 0) row.results.push({ "pairs/s": row.count / seconds, peakMB: peakMemory / 1e6 });
    }
  }
  for (const scorer of Object.values(processes)) scorer.close();

  const [plain, quantized, reference, , atOnce, onebyone] = rows;
  const ratio = (kind, fast, slow) => ({
    name: `times transformers: ${kind}`,
    kind,
    results: fast.results.map((result, i) =>
      Object.fromEntries(Object.keys(result).map((column) => [column, result[column] / slow.results[i][column]])),
    ),
  });
  return [
    ...rows.map(({ name, results, logits }) => ({ name, results, logits })),
    ratio("float32", plain, reference),
    ratio("int8", quantized, reference),
    ratio("document encoding", atOnce, onebyone),
  ];
}

/** A process that is asked by lines of JSON and answers each with one. */
class Scorer {
  #child;
  #answers;
  #name;

  static async open(name, command, args, request) {
    const scorer = new Scorer();
    scorer.#name = name;
    scorer.#child = spawn(command, args, {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, HF_HUB_OFFLINE: "1" },
    });
    scorer.#answers = createInterface({ input: scorer.#child.stdout })[Symbol.asyncIterator]();
    await scorer.ask({ do: "open", ...request });
    return scorer;
  }

  async ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { done, value } = await this.#answers.next();
    if (done) throw new Error(`${this.#name} ended before it answered "${request.do}".`);
    return JSON.parse(value);
  }

  close() {
    this.#child.stdin.end();
  }
}

const permutations = (count) =>
  Array.from({ length: count * (count - 1) }, (_, i) => {
    const [head, rest] = [Math.floor(i / (count - 1)), i % (count - 1)];
    return [head, rest < head ? rest : rest + 1];
  });

/** A made-up text with a mention of three tokens at each place, as the model reads it; no two texts are alike. */
const encodingOf = (length, places, pairs, firstEntity, seed) => ({
  inputIds: Array.from({ length }, (_, i) =>
    i === 0 ? 0 : i === length - 1 ? 2 : 4 + ((i * 7919 + seed * 104729) % 49000),
  ),
  entityIds: places.map((_, slot) => firstEntity + (slot % 2)),
  entityPositionIds: places.map((place) => Array.from({ length: mention }, (_, i) => place + i)),
  pairs,
});
const pairText = (length, places, seed) => encodingOf(length, places, [[0, 1]], 2, seed);

/** Texts of one length as the arguments of `forward` in transformers. */
function argumentsOf(encodings) {
  // max_mention_length of LukeTokenizer.
  const padded = (positions) => [...positions, ...Array.from({ length: 30 - positions.length }, () => -1)];
  return {
    input_ids: encodings.map(({ inputIds }) => inputIds),
    attention_mask: encodings.map(({ inputIds }) => inputIds.map(() => 1)),
    entity_ids: encodings.map(({ entityIds }) => entityIds),
    entity_attention_mask: encodings.map(({ entityIds }) => entityIds.map(() => 1)),
    entity_position_ids: encodings.map(({ entityPositionIds }) => entityPositionIds.map(padded)),
  };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const greatestDifference = (a, b) =>
  Math.max(...a.flatMap((row, i) => row.map((value, label) => Math.abs(value - b[i][label]))));

export function remarks([plain, quantized, reference, half]) {
  const far = ({ logits }) => greatestDifference(logits, reference.logits).toExponential(1);
  return [
    `Greatest difference of a logit from transformers' float32: Relata float32 ${far(plain)}, Relata int8 ${far(quantized)}, ` +
      `transformers bfloat16 ${far(half)}. The weights are random: what int8 costs a trained model, relata evaluate --dtype int8 tells.`,
  ];
}

export function failures(rows) {
  const found = rows
    .filter(({ kind }) => kind !== undefined)
    .flatMap(({ kind, results }) => {
      const ratio = median(results.map((result) => result["pairs/s"]));
      return ratio >= wanted[kind]
        ? []
        : [`${kind}: ${ratio.toFixed(2)} times as fast as transformers, not ${wanted[kind]}`];
    });
  const difference = greatestDifference(rows[0].logits, rows[2].logits);
  if (!(difference <= maxDifference))
    found.push(`logits differ from transformers' by ${difference}, over ${maxDifference}`);
  return found;
}
