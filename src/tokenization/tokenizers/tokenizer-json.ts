import { idsOf } from "./bpe-files.ts";
import { ByteLevelBpe } from "./byte-level-bpe.ts";
import { SentencePiece } from "./sentencepiece.ts";
import { checkedModel, type Piece } from "./sentencepiece-file.ts";
import {
  bpeOf,
  charsmapOf,
  component,
  fileName,
  mergesOf,
  parseTokenizerFile,
  refuse,
  type TokenizerJson,
  unigramModel,
} from "./tokenizer-json-parts.ts";
import { specialTokens, specialTokensById, type WordTokenizer } from "./word-tokenizer.ts";

/**
 * Ids of added special tokens by name. Any other added token is refused: it would be cut out of a text before encoding.
 */
function addedTokens(json: TokenizerJson, ignored: ReadonlySet<string>): Map<string, number> {
  const known = new Set<string>(Object.values(specialTokens));
  const added = new Map<string, number>();
  for (const { content, id } of json.added_tokens ?? []) {
    if (known.has(content)) added.set(content, id);
    else if (!ignored.has(content)) refuse(`it adds the token ${JSON.stringify(content)}, which LUKE does not have`);
  }
  return added;
}

/**
 * Opens the text of a tokenizer.json of LUKE (byte-level BPE) or in XLM-R's layout (unigram). Padding, truncation,
 * post-processor and decoder do not change the ids of a piece of text and are not read.
 * @param ignored names of added tokens that are not words
 * @throws TokenizerFilesError for every other component, and for every setting that is not LUKE's
 */
export function parseTokenizerJson(
  text: string,
  { ignored = new Set() }: { readonly ignored?: ReadonlySet<string> } = {},
): WordTokenizer {
  const json = parseTokenizerFile(text);
  if (json.model.type === "BPE") return bpe(json, ignored);
  if (json.model.type === "Unigram") return unigram(json, ignored);
  return refuse(`its model is ${JSON.stringify(json.model.type)}; only BPE and Unigram are supported`);
}

function bpe(json: TokenizerJson, ignored: ReadonlySet<string>): ByteLevelBpe {
  const model = bpeOf(json);
  const vocab = idsOf(fileName, model.vocab);
  const added = addedTokens(json, ignored);
  for (const token of Object.values(specialTokens)) {
    const [inVocab, inAdded] = [vocab.get(token), added.get(token)];
    if (inVocab === undefined && inAdded === undefined) refuse(`the special token ${token} is missing`);
    if (inVocab !== undefined && inAdded !== undefined && inVocab !== inAdded) {
      refuse(`the special token ${token} has the ids ${inVocab} and ${inAdded}`);
    }
    if (inVocab !== undefined) added.delete(token);
  }
  return new ByteLevelBpe({ vocab, merges: mergesOf(model.merges), addedTokens: added });
}

function unigram(json: TokenizerJson, ignored: ReadonlySet<string>): SentencePiece {
  const model = component(json, "model", unigramModel, "a Unigram without byte fallback");
  const charsmap = charsmapOf(json);
  const { cls, pad, sep, unk, mask } = specialTokens;
  const first = model.vocab.slice(0, 4).map(([token]) => token);
  if (model.unk_id !== 3 || first.join() !== [cls, pad, sep, unk].join()) {
    refuse(`its first tokens are ${first.join(" ")}, not ${cls} ${pad} ${sep} ${unk}: its ids are not XLM-R's`);
  }
  const rest = model.vocab.slice(4);
  if (rest.at(-1)?.[0] === mask) rest.pop();
  const pieces: Piece[] = [
    { piece: unk, score: 0, type: "unknown" },
    { piece: cls, score: 0, type: "control" },
    { piece: sep, score: 0, type: "control" },
    ...rest.map(([piece, score]) => ({ piece, score: Math.fround(score), type: "normal" as const })),
  ];
  const added = addedTokens(json, ignored);
  const words = new SentencePiece(
    checkedModel(fileName, {
      pieces,
      charsmap,
      addDummyPrefix: true,
      removeExtraWhitespaces: true,
    }),
    { addedTokens: added },
  );
  for (const [id, token] of specialTokensById(words.specialTokenIds)) {
    const other = added.get(token) ?? id;
    if (other !== id) refuse(`it adds ${token} as ${other}, and in XLM-R's layout it is ${id}`);
  }
  return words;
}
