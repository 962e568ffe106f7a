// A process of Relata that answers requests on standard input, as bench/reference/rival.py does; run by contestant.js.
//     node bench/relata-contestant.js DIST
// It opens a folder, or a made-up model: {"do": "open", "config": {"hiddenSize": 256, …}, "numLabels": 3}, what is not
// given being luke-mini's; or one of any encoder, {"do": "open", "json": {"model_type": "bert", …}}, by its config.json. With "lowMemory" it trains with less memory, with "learning" layers are frozen or have adapters, and with "dtype": "int8" it scores by integers,
// where the release can. With "profile" every session writes ONNX Runtime's profile, and {"do": "profile", "steps": N}
// reads it. Beside what rival.py can, it tokenizes:
//     {"do": "openTokenizer", "folder": …}
//     {"do": "tokenize", "texts": […]}        [text, [head, tail]] each, spans in UTF-16 code units
// It must also run with the dist of older releases: modules.js has the paths of their modules.
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { encodingsOf, fromJson } from "./batches.js";
import { classifierOf } from "./classifier.js";
import { modulesOf } from "./modules.js";
import { profileSessions } from "./operator-profile.js";
import { peakMemory } from "./peak-memory.js";
import { openStep } from "./relata-step.js";

const dist = resolve(process.argv[2]);
const modules = modulesOf(dist);
const { has, load } = modules;
const vocabSize = 4000;

async function openFolder(folder) {
  const { openCheckpoint } = await load("checkpoint");
  const { pairHead } = await load("pair-head");
  const { id2label, ...model } = await openCheckpoint(folder, { head: pairHead, complete: true });
  return { ...model, numLabels: id2label.length, padding: model.tokenizer.padding };
}

async function makeModel(given, numLabels) {
  const { lukeMini } = await load("luke-config");
  const { initializeWeights } = await load("parameters");
  const { pairHead: head } = await load("pair-head");
  const config = { ...lukeMini(given.vocabSize ?? vocabSize, 4), ...given };
  const { parameters } = await classifierOf(modules, { config, head, numLabels });
  const weights = initializeWeights(parameters, config, 1);
  return { config, head, weights, numLabels, padding: { padTokenId: config.padTokenId, entityPadId: 0 } };
}

/** A model of any encoder, with random weights. */
async function makeEncoder(json, numLabels) {
  const { parseModelConfig } = await load("config-file");
  const { initializedWeights } = await load("encoder");
  const { pairHead: head } = await load("pair-head");
  const { encoder, config } = parseModelConfig(JSON.stringify(json), "config.json");
  const { parameters } = await classifierOf(modules, { encoder, config, head, numLabels });
  const weights = initializedWeights(encoder, parameters, config, 1);
  return { encoder, config, head, weights, numLabels, padding: { padTokenId: config.padTokenId, entityPadId: 0 } };
}

function opened({ folder, json, config = {}, numLabels = 3 }) {
  if (json !== undefined) return makeEncoder(json, numLabels);
  return folder === undefined ? makeModel(config, numLabels) : openFolder(folder);
}

async function openScorer(model, { threads, dtype = "float32" }) {
  if (dtype === "int8" && !has("int8-graph")) throw new Error("this release has no int8");
  const options = { intraOpNumThreads: threads, dtype };
  if (model.folder !== undefined) {
    const { openModel } = await load("open-model");
    return (await openModel(model.folder, options)).session;
  }
  const { weights, padding, ...shape } = await opened(model);
  return (await classifierOf(modules, shape)).openScorer(weights, padding, options);
}

async function timed(work) {
  const started = performance.now();
  const answer = await work();
  return { ...answer, seconds: (performance.now() - started) / 1000 };
}

let trainer;
let scorer;
let tokenizer;
let profile;

const acts = {
  async open({ threads = 2, training = true, lowMemory, learning, dtype, profile: isProfiled, ...model }) {
    if (isProfiled) profile = await profileSessions(dist);
    if (training) trainer = await openStep(modules, await opened(model), { threads, lowMemory, learning });
    else scorer = await openScorer(model, { threads, dtype });
  },
  step({ batch }) {
    const prepared = fromJson(batch);
    return timed(async () => ({ loss: await trainer.step(prepared) }));
  },
  score({ batch }) {
    const encodings = encodingsOf(fromJson(batch));
    return timed(async () => {
      const logits = await scorer.logits(encodings, { batchSize: encodings.length });
      return { logits: logits.map((row) => Array.from(row)) };
    });
  },
  async openTokenizer({ folder }) {
    const { readTokenizer } = await load("read-tokenizer");
    // Releases before encoders had a seam read LUKE's tokenizer alone.
    tokenizer = has("luke") ? await readTokenizer((await load("luke")).luke, folder) : await readTokenizer(folder);
  },
  async tokenize({ texts }) {
    const { encodePairs } = await load("pair-encoding");
    const span = ([start, end]) => ({ start, end });
    return timed(async () => {
      for (const [text, [head, tail]] of texts)
        await encodePairs(tokenizer, text, [{ head: span(head), tail: span(tail) }]);
      return { texts: texts.length };
    });
  },
  peak: () => ({ peakMemory: peakMemory() }),
  profile: ({ steps }) => ({ kinds: profile.end(steps) }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...request } = JSON.parse(line);
  let answer;
  try {
    answer = (await acts[name](request)) ?? {};
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
// Sessions of ONNX Runtime keep threads, so the process does not end by itself.
process.exit();
