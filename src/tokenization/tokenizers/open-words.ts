import { parseBpe } from "./bpe-files.ts";
import { ByteLevelBpe } from "./byte-level-bpe.ts";
import { parseCharsmap } from "./charsmap.ts";
import { parseSentencePiece } from "./sentencepiece-file.ts";
import { bertNames, robertaNames, specialIds, wordsSettings } from "./special-names.ts";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";
import { textOf, type TokenizerFiles } from "./tokenizer-files.ts";
import { debertaPieces, fairseqPieces, fairseqTokens } from "./unigram-pieces.ts";
import { UnigramWords } from "./unigram-words.ts";
import { WordPiece } from "./word-piece.ts";
import { wordsOfTokenizerJson } from "./words-json.ts";
import type { WordTokenizer } from "./word-tokenizer.ts";

const sentencePieceName = "sentencepiece.bpe.model";
const debertaName = "spm.model";
const names = ["tokenizer.json", "vocab.txt", sentencePieceName, debertaName, "vocab.json"] as const;

/**
 * Opens the tokenizer of a model without entities, with the ids that `AutoTokenizer` gives: tokenizer.json if there is one,
 * else the vocabulary of BERT (vocab.txt), XLM-R or CamemBERT (sentencepiece.bpe.model), DeBERTa (spm.model), or RoBERTa (vocab.json, merges.txt).
 * @param tokenizerClass the class of `transformers` where the files do not say
 * @throws TokenizerFilesError for a missing or damaged file, and for what Relata does not do
 */
export function openWords(files: TokenizerFiles, tokenizerClass: string): WordTokenizer {
  const settings = wordsSettings(files);
  const name = names.find((one) => files[one] !== undefined);
  // Of all classes, this one has no slow one beside it.
  const ofClass = (settings.tokenizerClass ?? tokenizerClass).replace(/(?<!^PreTrainedTokenizer)Fast$/, "");
  switch (name) {
    case "tokenizer.json":
      return wordsOfTokenizerJson(files, settings, ofClass);
    case "vocab.txt":
      return wordPieceOf(files, ofClass);
    case sentencePieceName:
      return unigramOf(files, ofClass);
    case debertaName:
      return debertaWordsOf(files, ofClass);
    case "vocab.json": {
      const vocabulary = parseBpe(files);
      const specialTokens = (ids: ReadonlyMap<string, number>): ReturnType<typeof specialIds> =>
        specialIds(name, { ...robertaNames, ...settings.names }, (token) => ids.get(token));
      return new ByteLevelBpe(vocabulary, { tokenizerClass: ofClass, specialTokens });
    }
    default:
      return refuseFiles(files);
  }
}

function refuseFiles(files: TokenizerFiles): never {
  const found = Object.keys(files).sort().join(", ") || "no files";
  throw new TokenizerFilesError(
    "tokenizer.json",
    `a tokenizer needs this file, or ${names.slice(1).join(" or ")}; found ${found}`,
  );
}

function wordPieceOf(files: TokenizerFiles, tokenizerClass: string): WordPiece {
  const settings = wordsSettings(files);
  const lines = textOf(files, "vocab.txt")!.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const vocab = new Map(lines.map((line, id) => [line.replace(/\r$/, ""), id]));
  return new WordPiece({
    vocab,
    specialTokenIds: specialIds("vocab.txt", { ...bertNames, ...settings.names }, (token) => vocab.get(token)),
    continuation: "##",
    longestWord: 100,
    rules: {
      cleanText: true,
      handleChineseCharacters: settings.tokenizeChineseCharacters,
      stripAccents: settings.stripAccents ?? settings.doLowerCase,
      lowercase: settings.doLowerCase,
    },
    tokenizerClass,
    files,
  });
}

function bytesOf(files: TokenizerFiles, name: string): Uint8Array {
  const bytes = files[name];
  if (bytes instanceof Uint8Array) return bytes;
  throw new TokenizerFilesError(name, "it was given as text, and its bytes are needed");
}

/**
 * DeBERTa-v3's unigram pieces as the fast tokenizer of `transformers` reads them (DebertaV2Converter): ids are those of the
 * file, pieces of bytes are text, and `[MASK]` follows the pieces unless it is one.
 */
function debertaWordsOf(files: TokenizerFiles, tokenizerClass: string): UnigramWords {
  const settings = wordsSettings(files);
  const model = parseSentencePiece(debertaName, bytesOf(files, debertaName), { bytesAreText: true });
  const special = { ...bertNames, ...settings.names };
  const pieces = debertaPieces(model, special.mask);
  const ids = new Map(pieces.map(([piece], id) => [piece, id]));
  const reserved = model.pieces.flatMap(({ piece, type }) => (type === "normal" ? [] : [piece]));
  return new UnigramWords({
    pieces,
    special: new Set([...reserved, ...Object.values(special)]),
    specialTokenIds: specialIds(debertaName, special, (token) => ids.get(token)),
    charsmap: parseCharsmap(debertaName, model.charsmap),
    rules: "stripped",
    tokenizerClass,
    files,
  });
}

function unigramOf(files: TokenizerFiles, tokenizerClass: string): UnigramWords {
  const settings = wordsSettings(files);
  const model = parseSentencePiece(sentencePieceName, bytesOf(files, sentencePieceName));
  const pieces = fairseqPieces(model, tokenizerClass);
  const special = { ...robertaNames, ...settings.names };
  const ids = new Map(pieces.map(([piece], id) => [piece, id]));
  return new UnigramWords({
    pieces,
    special: new Set([...fairseqTokens(tokenizerClass), ...Object.values(special)]),
    specialTokenIds: specialIds(sentencePieceName, special, (token) => ids.get(token)),
    charsmap: parseCharsmap(sentencePieceName, model.charsmap),
    rules: model,
    tokenizerClass,
    files,
  });
}
