// The tiny encoders of scripts/oracle/encoder_families.py, of which those that familyClasses does not name lie where word_encoders.py put them.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { openSafetensors } from "../../src/model/weights/safetensors/read.ts";
import type { Weights } from "../../src/nn/parameters.ts";
import { modelFolder, type BatchFile } from "./word-encoders.ts";

const folder = new URL("../oracle/encoder-families/", import.meta.url);

export interface FamilyAnswers {
  readonly name: string;
  readonly batch: BatchFile;
  readonly logits: readonly (readonly number[])[];
  readonly loss: number;
  readonly training: { readonly batches: readonly BatchFile[]; readonly losses: readonly number[] };
}

export const {
  versions,
  settings,
  angles,
  models,
}: {
  versions: { transformers: string };
  settings: Record<
    "learningRate" | "warmupRatio" | "weightDecay" | "adamBeta1" | "adamBeta2" | "adamEpsilon" | "maxGradNorm",
    number
  >;
  angles: readonly {
    readonly theta: number;
    readonly positions: readonly number[];
    readonly cos: readonly (readonly number[])[];
    readonly sin: readonly (readonly number[])[];
  }[];
  models: readonly FamilyAnswers[];
} = JSON.parse(readFileSync(new URL("answers.json", folder), "utf8"));

/** The classes of transformers that open the tokenizers of the families that have a folder here. */
export const familyClasses: Readonly<Record<string, string>> = {
  distilbert: "DistilBertTokenizer",
  "deberta-v2": "DebertaV2Tokenizer",
  modernbert: "PreTrainedTokenizerFast",
  mmbert: "PreTrainedTokenizerFast",
};

/** Copies the folder of an encoder with its tokenizer into a new temporary folder. */
export function familyFolder(name: string): string {
  if (!(name in familyClasses)) return modelFolder(name);
  const path = mkdtempSync(join(tmpdir(), "relata-family-"));
  cpSync(fileURLToPath(new URL(name, folder)), path, { recursive: true });
  writeFileSync(join(path, "tokenizer.json"), gunzipSync(readFileSync(join(path, "tokenizer.json.gz"))));
  rmSync(join(path, "tokenizer.json.gz"));
  return path;
}

/** Reads the tensors of an encoder's answers. */
export async function familyTensors(name: string): Promise<Weights> {
  const file = await openSafetensors(fileURLToPath(new URL(`${name}.safetensors`, folder)));
  const tensors: Weights = new Map();
  for (const tensor of file.names)
    tensors.set(tensor, { shape: file.info(tensor).shape, data: await file.read(tensor) });
  await file.close();
  return tensors;
}

/** Ids of a text's tokens, and the place of each. */
export type PlacedAnswer = readonly [ids: readonly number[], places: readonly (readonly [number, number])[]];

/** The tokens of five thousand texts: a hash of the ids of each, and the first three hundred in full. */
export const familyTokens = (
  name: string,
): {
  readonly vocabSize: number;
  readonly hashes: readonly string[];
  readonly whole: readonly PlacedAnswer[];
  /** Texts of what is cut out before anything else, if the tokenizer does so. */
  readonly rare?: readonly (readonly [text: string, ...PlacedAnswer])[];
} => JSON.parse(gunzipSync(readFileSync(new URL(`${name}-tokens.json.gz`, folder))).toString("utf8"));

/** DeBERTa's file of pieces, of which its tokenizer.json was made. */
export const debertaPieces = (): Uint8Array => gunzipSync(readFileSync(new URL("deberta-v2-spm.model.gz", folder)));
