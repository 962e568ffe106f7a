import { CheckpointError } from "../checkpoint/checkpoint-error.ts";
import { openModelFolder, type ModelFolder } from "../checkpoint/model-folder.ts";
import type { RelataManifest } from "../checkpoint/manifest.ts";
import { readWeights } from "../checkpoint/weights.ts";
import type { LabelSchema } from "../corpus/labels.ts";
import { parseLukeConfig, type LukeConfig } from "../luke/config.ts";
import { pairClassifierParameters } from "../luke/pair-head.ts";
import type { Weights } from "../luke/parameters.ts";
import { formatShape } from "../autodiff/dims.ts";
import type { SessionOptions } from "../runtime/session.ts";
import { LukeTokenizer } from "../tokenization/luke-tokenizer.ts";
import { PredictionSession } from "./prediction-session.ts";

/** A trained pair classifier, ready to score; made from its folder alone. */
export interface PairModel {
  readonly folder: string;
  readonly manifest: RelataManifest;
  readonly schema: LabelSchema;
  readonly tokenizer: LukeTokenizer;
  readonly maxLength: number;
  readonly session: PredictionSession;
  dispose(): Promise<void>;
}

const tokenizerFiles = [
  "vocab.json",
  "merges.txt",
  "added_tokens.json",
  "entity_vocab.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
];

/** @throws CheckpointError if the folder is not a complete model of Relata, naming what is missing or does not fit. */
export async function openPairModel(path: string, options: SessionOptions = {}): Promise<PairModel> {
  const folder = await openModelFolder(path);
  try {
    const { manifest } = folder;
    if (manifest?.labels.noRelationLabel == null) {
      const found = manifest ? "no no-relation label" : "no relata.json";
      throw new CheckpointError("cannot predict with this folder", {
        file: path,
        expected: "a folder that relata train wrote",
        found,
      });
    }
    const { noRelationLabel, id2label } = manifest.labels;
    const { config } = parseLukeConfig(await folder.readText("config.json"), `${path}/config.json`);
    const texts = await Promise.all(
      tokenizerFiles.map(async (name) =>
        (await folder.has(name)) ? [[name, await folder.readText(name)] as const] : [],
      ),
    );
    const tokenizer = LukeTokenizer.fromFiles(Object.fromEntries(texts.flat()));
    const weights = await checkedWeights(folder, config, id2label.length);
    const session = await PredictionSession.create(config, id2label.length, weights, tokenizer.padding, options);
    return {
      folder: path,
      manifest,
      schema: { noRelationLabel, id2label },
      tokenizer,
      maxLength: manifest.maxLength,
      session,
      dispose: () => session.dispose(),
    };
  } finally {
    await folder.close();
  }
}

/** The weights that the model needs, each of the shape that config.json promises. */
async function checkedWeights(
  { weights, folder }: ModelFolder,
  config: LukeConfig,
  numLabels: number,
): Promise<Weights> {
  const specs = pairClassifierParameters(config, numLabels).filter(({ trainable }) => trainable !== false);
  for (const { name, shape } of specs) {
    const found = weights.has(name) ? formatShape(weights.info(name).shape) : "no such tensor";
    if (found === formatShape(shape)) continue;
    throw new CheckpointError("the weights do not fit config.json", {
      file: folder,
      tensor: name,
      expected: formatShape(shape),
      found,
    });
  }
  return readWeights(
    weights,
    specs.map(({ name }) => name),
  );
}
