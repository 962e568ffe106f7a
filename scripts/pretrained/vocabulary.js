// The pieces that relata-mini keeps of XLM-R's sentencepiece vocabulary, by a rule that looks at no text.

/** The character that stands for a blank in sentencepiece. */
const wordMark = /▁/g;
/** Letters of the Latin script, and what all scripts share: digits, punctuation, symbols, combining accents. */
const kept = /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]*$/u;

/** Names of special tokens; `<s>`, `<pad>`, `</s>`, `<unk>` are the first four ids, `<mask>` is the last. */
const special = new Set(["<s>", "<pad>", "</s>", "<unk>", "<mask>"]);

/**
 * Selects the pieces to keep. A piece that is removed has a letter that no text of the kept scripts has, so every piece
 * that such a text could be segmented into stays, and its segmentation is the same.
 * @param {[piece: string, score: number][]} vocab of the official tokenizer.json, in the order of its ids
 * @returns {{ piece: string, score: number, id: number }[]} ordinary pieces in the same order, with their ids there
 */
export const keptPieces = (vocab) =>
  vocab.flatMap(([piece, score], id) =>
    special.has(piece) || !kept.test(piece.replace(wordMark, "")) ? [] : [{ piece, score, id }],
  );
