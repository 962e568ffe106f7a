// The modules of a build that the benches load, by name, with their paths in `src` through the releases, today's first.
// After a module has moved, put its new path in front (test/architecture.test.ts checks it against the sources); the
// older paths stay, so that `npm run bench:compare` still finds the modules of older releases.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const paths = {
  adamw: ["training/adamw"],
  "adamw-graph": ["training/adamw-graph"],
  bootstrap: ["evaluation/bootstrap"],
  checkpoint: ["model/checkpoint", "recipes/checkpoint"],
  "checkpoint-error": ["model/checkpoint-error", "checkpoint/checkpoint-error"],
  classifier: ["model/classifier", "luke/classifier"],
  "config-file": ["model/config-file"],
  collate: ["tokenization/inputs/collate", "tokenization/collate"],
  config: ["config"],
  cpu: ["runtime/cpu", "runtime/device"],
  "document-counts": ["evaluation/document-counts"],
  encoder: ["model/encoders/encoder"],
  errors: ["errors"],
  "formats-read": ["formats/read"],
  "formats-reading": ["formats/reading"],
  "formats-registry": ["formats/registry"],
  "formats-settings": ["formats/settings"],
  "gradient-norm": ["training/gradient-norm"],
  initialization: ["model/encoders/luke/initialization", "luke/initialization"],
  "int8-graph": ["model/int8-graph", "recipes/int8-graph"],
  "learning-layers": ["model/learning-layers"],
  "length-batches": ["tokenization/inputs/length-batches", "tokenization/length-batches"],
  "lora-targets": ["model/adapters/targets"],
  library: ["index"],
  "label-candidate": ["model/tasks/label-candidate"],
  lower: ["onnx/lower"],
  luke: ["model/encoders/luke/luke-encoder"],
  "luke-config": ["model/encoders/luke/config", "luke/config"],
  "luke-tokenizer": ["model/encoders/luke/tokenizer/luke-tokenizer", "tokenization/luke-tokenizer"],
  matmul: ["autodiff/ops/matmul"],
  "open-model": ["model/predictor", "recipes/open-model"],
  "open-sources": ["formats/source/open-sources"],
  "pair-encoding": ["tokenization/inputs/pair-encoding", "tokenization/pair-encoding"],
  "pair-head": ["model/heads/pair-head", "luke/pair-head"],
  parameters: ["nn/parameters", "luke/parameters"],
  "prediction-session": ["model/prediction-session", "recipes/prediction-session"],
  random: ["random"],
  "random-access": ["formats/source/random-access"],
  "read-tokenizer": ["model/read-tokenizer", "recipes/read-tokenizer"],
  safetensors: ["model/weights/safetensors/read", "checkpoint/safetensors/read"],
  session: ["runtime/session"],
  "source-file": ["formats/source/source-file"],
  "start-adapter": ["model/adapters/start-adapter"],
  suspects: ["recipes/suspects"],
  tensor: ["autodiff/tensor"],
  torch: ["model/weights/torch/read", "checkpoint/torch/read"],
  trainable: ["model/trainable"],
  "train-recipe": ["recipes/train"],
  "training-session": ["training/training-session"],
  unpack: ["formats/source/unpack"],
  "what-to-label": ["evaluation/what-to-label"],
  "zip-archive": ["formats/source/zip-archive"],
};

const here = fileURLToPath(new URL("../dist/", import.meta.url));

/** Loads modules by name from the build in the folder `dist`, that of this working tree if absent. */
export function modulesOf(dist = here) {
  const fileOf = (name) => {
    if (!(name in paths)) throw new Error(`bench/modules.js names no module "${name}".`);
    return paths[name].map((path) => join(dist, `${path}.js`)).find((file) => existsSync(file));
  };
  return {
    dist,
    has: (name) => fileOf(name) !== undefined,
    load: async (name) => {
      const file = fileOf(name);
      if (file === undefined)
        throw new Error(`The build in ${dist} has no module "${name}": looked for ${paths[name].join(", ")}.`);
      return import(pathToFileURL(file).href);
    },
  };
}

export const { load } = modulesOf();
