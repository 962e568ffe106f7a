// The tiny encoders of scripts/oracle/word_encoders.py.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { Batch } from "../../src/tokenization/inputs/collate.ts";
import type { TokenizerFiles } from "../../src/tokenization/tokenizers/tokenizer-files.ts";

const folder = new URL("../oracle/word-encoders/", import.meta.url);

export interface OracleTokenizer {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly vocabSize: number;
  /** Of each of `texts`. */
  readonly ids: readonly (readonly number[])[];
}

export const { texts, tokenizers }: { texts: readonly string[]; tokenizers: readonly OracleTokenizer[] } = JSON.parse(
  gunzipSync(readFileSync(new URL("tokenizers.json.gz", folder))).toString("utf8"),
);

/** The file of the vocabulary of XLM-R's and CamemBERT's tokenizer, which the others do not have. */
export const sentencePiece: TokenizerFiles = {
  "sentencepiece.bpe.model": readFileSync(new URL("../tiny-mluke-vocab/sentencepiece.bpe.model", folder)),
};

/**
 * A place without white space at its ends, or none. Marks that combine with the last character belong to it, and the later
 * parts of a Korean syllable: where a rule joins the two, tokenizers names the first alone.
 */
export function trimmed(text: string, [start, before]: readonly [number, number]): string {
  const end =
    before + (start < before ? /^[\p{M}\u1161-\u1175\u11a8-\u11c2]*/u.exec(text.slice(before))![0].length : 0);
  const surface = text.slice(start, end);
  const from = start + surface.length - surface.trimStart().length;
  const to = end - surface.length + surface.trimEnd().length;
  return from < to ? `${from}-${to}` : "none";
}

export const pathOf = (name: string): string => fileURLToPath(new URL(name, folder));

/** Puts a model folder with its tokenizer into a new temporary folder. */
export function modelFolder(name: string): string {
  const path = mkdtempSync(join(tmpdir(), "relata-word-encoder-"));
  cpSync(pathOf(name), path, { recursive: true });
  const { files } = tokenizers.find((tokenizer) => tokenizer.name === name)!;
  const all: TokenizerFiles = files["tokenizer.json"] === undefined ? { ...files, ...sentencePiece } : files;
  for (const [file, content] of Object.entries(all)) writeFileSync(join(path, file), content);
  return path;
}

/** A batch as the oracle wrote it. */
export interface BatchFile {
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_mask: readonly (readonly number[])[];
  readonly entity_ids: readonly (readonly number[])[];
  readonly entity_attention_mask: readonly (readonly number[])[];
  readonly entity_position_ids: readonly (readonly (readonly number[])[])[];
  readonly pairs: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

export const {
  versions,
  models,
}: {
  versions: { transformers: string };
  models: readonly { name: string; batch: BatchFile; logits: readonly (readonly number[])[]; loss: number }[];
} = JSON.parse(readFileSync(pathOf("answers.json"), "utf8"));

export const toBatch = (file: BatchFile): Batch => ({
  batch: file.input_ids.length,
  words: file.input_ids[0]!.length,
  entities: file.entity_ids[0]!.length,
  mention: file.entity_position_ids[0]![0]!.length,
  pairCount: file.pairs.length,
  inputIds: Int32Array.from(file.input_ids.flat()),
  attentionMask: Uint8Array.from(file.attention_mask.flat()),
  entityIds: Int32Array.from(file.entity_ids.flat()),
  entityAttentionMask: Uint8Array.from(file.entity_attention_mask.flat()),
  entityPositionIds: Int32Array.from(file.entity_position_ids.flat(2)),
  pairs: Int32Array.from(file.pairs.flat()),
  labels: Int32Array.from(file.labels),
});
