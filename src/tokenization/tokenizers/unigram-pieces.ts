import type { SentencePieceModel } from "./sentencepiece-file.ts";

/** A piece and the logarithm of its probability. */
export type ScoredPiece = readonly [piece: string, score: number];

/** fairseq's tokens, which stand where sentencepiece has its own, and the first piece of the file that comes after them. */
const layouts = {
  CamembertTokenizer: { first: ["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED"], skipped: 1 },
  XLMRobertaTokenizer: { first: ["<s>", "<pad>", "</s>", "<unk>"], skipped: 3 },
} as const;

const layoutOf = (tokenizerClass: string): (typeof layouts)[keyof typeof layouts] =>
  layouts[tokenizerClass === "CamembertTokenizer" ? "CamembertTokenizer" : "XLMRobertaTokenizer"];

/** The tokens of fairseq that come first. */
export const fairseqTokens = (tokenizerClass: string): readonly string[] => layoutOf(tokenizerClass).first;

/** The pieces of a `sentencepiece.bpe.model` in the order of their ids in `transformers`, which has fairseq's tokens and `<mask>`. */
export function fairseqPieces({ pieces }: SentencePieceModel, tokenizerClass: string): ScoredPiece[] {
  const { first, skipped } = layoutOf(tokenizerClass);
  return [
    ...first.map((token): ScoredPiece => [token, token === "<unk>NOTUSED" ? -100 : 0]),
    ...pieces.slice(skipped).map(({ piece, score }): ScoredPiece => [piece, score]),
    ["<mask>", 0],
  ];
}

/** The pieces of DeBERTa's `spm.model` in the order of their ids, which are those of the file; its mask follows unless it is one. */
export function debertaPieces({ pieces }: SentencePieceModel, mask: string): ScoredPiece[] {
  const listed = pieces.map(({ piece, score }): ScoredPiece => [piece, score]);
  return pieces.some(({ piece }) => piece === mask) ? listed : [...listed, [mask, 0]];
}
