import { parseBpe, parseIds } from "./bpe-files.ts";
import { parseSentencePiece, type SentencePieceModel } from "./sentencepiece-file.ts";
import { wordMark } from "./sentencepiece-normalizer.ts";
import { bertNames, robertaNames, wordsSettings, type SpecialNames } from "./special-names.ts";
import { textOf, type TokenizerFiles } from "./tokenizer-files.ts";
import { debertaPieces, fairseqPieces, type ScoredPiece } from "./unigram-pieces.ts";

type Json = Readonly<Record<string, unknown>>;

/** The parts of a tokenizer.json that make ids of a text; it puts no special tokens around. */
interface Parts {
  readonly normalizer: Json | null;
  readonly pre_tokenizer: Json;
  readonly model: Json;
  readonly decoder: Json;
}

/**
 * Makes the tokenizer.json of a tokenizer that is stored in files of its class alone, for programs that read nothing else:
 * `tokenizers` gives the ids of it that `encode` gives. Returns undefined if there is a tokenizer.json, or none can be made.
 * @param tokenizerClass the class of `transformers`
 */
export function formatTokenizerJson(files: TokenizerFiles, tokenizerClass: string): string | undefined {
  if (files["tokenizer.json"] !== undefined) return undefined;
  const own = files["vocab.txt"] !== undefined || files["spm.model"] !== undefined ? bertNames : robertaNames;
  const names = { ...own, ...wordsSettings(files).names };
  const made = partsOf(files, tokenizerClass, names);
  if (!made) return undefined;
  const { ids, ...parts } = made;
  const added = parseIds("added_tokens.json", textOf(files, "added_tokens.json") ?? "{}");
  const special = new Map([...Object.values(names).map((name) => [name, ids.get(name)] as const), ...added]);
  const tokens = [...special]
    .filter((entry): entry is [string, number] => entry[1] !== undefined)
    .sort(([, a], [, b]) => a - b)
    .map(([content, id]) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    }));
  const json = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: tokens,
    ...parts,
    post_processor: null,
  };
  return `${JSON.stringify(json)}\n`;
}

function partsOf(
  files: TokenizerFiles,
  tokenizerClass: string,
  names: SpecialNames,
): (Parts & { readonly ids: ReadonlyMap<string, number> }) | undefined {
  const bytes = files["sentencepiece.bpe.model"];
  const deberta = files["spm.model"];
  if (bytes instanceof Uint8Array) {
    const model = parseSentencePiece("sentencepiece.bpe.model", bytes);
    return unigram(model, fairseqPieces(model, tokenizerClass), names.unk, blanksAtEnds);
  }
  if (deberta instanceof Uint8Array) {
    const model = parseSentencePiece("spm.model", deberta, { bytesAreText: true });
    return unigram(model, debertaPieces(model, names.mask), names.unk, whiteSpaceAtEnds);
  }
  if (files["vocab.txt"] !== undefined) return wordPiece(files, names.unk);
  return files["vocab.json"] === undefined ? undefined : byteLevelBpe(files);
}

/** Sentencepiece strips U+0020 alone, after its rules have made blanks of other white space; DeBERTa all white space. */
const blanksAtEnds = { type: "Replace", pattern: { Regex: "\\A +| +\\z" }, content: "" };
const whiteSpaceAtEnds = { type: "Strip", strip_left: true, strip_right: true };

/** Returns undefined for a model that keeps all blanks, or puts none before a text. */
function unigram(
  { charsmap, addDummyPrefix, removeExtraWhitespaces }: SentencePieceModel,
  pieces: readonly ScoredPiece[],
  unknown: string,
  stripped: Json,
): ReturnType<typeof partsOf> {
  if (!addDummyPrefix || !removeExtraWhitespaces) return undefined;
  const ids = new Map(pieces.map(([piece], id) => [piece, id]));
  const replaced = { type: "Precompiled", precompiled_charsmap: Buffer.from(charsmap).toString("base64") };
  const marks = { type: "Metaspace", replacement: wordMark, prepend_scheme: "always", split: true };
  const blanks = [stripped, { type: "Replace", pattern: { Regex: " {2,}" }, content: " " }];
  return {
    ids,
    normalizer: { type: "Sequence", normalizers: charsmap.length === 0 ? blanks : [replaced, ...blanks] },
    pre_tokenizer: marks,
    decoder: marks,
    model: { type: "Unigram", unk_id: ids.get(unknown) ?? null, vocab: pieces, byte_fallback: false },
  };
}

function byteLevelBpe(files: TokenizerFiles): ReturnType<typeof partsOf> {
  const { vocab, merges } = parseBpe(files);
  const bytes = { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: true };
  return {
    ids: vocab,
    normalizer: null,
    pre_tokenizer: bytes,
    decoder: bytes,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(vocab),
      merges: merges.map(([left, right]) => `${left} ${right}`),
    },
  };
}

function wordPiece(files: TokenizerFiles, unknown: string): ReturnType<typeof partsOf> {
  const { doLowerCase, stripAccents, tokenizeChineseCharacters } = wordsSettings(files);
  const lines = textOf(files, "vocab.txt")!.replace(/\n$/, "").split("\n");
  const ids = new Map(lines.map((line, id) => [line.replace(/\r$/, ""), id]));
  return {
    ids,
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: tokenizeChineseCharacters,
      strip_accents: stripAccents ?? null,
      lowercase: doLowerCase,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: unknown,
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(ids),
    },
  };
}
