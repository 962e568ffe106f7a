/** How BERT's tokenizer prepares a text; in tokenizer.json the settings of `BertNormalizer`. */
export interface BertRules {
  /** Control characters go, and all white space is a blank. */
  readonly cleanText: boolean;
  /** Each Chinese character is a word. */
  readonly handleChineseCharacters: boolean;
  readonly stripAccents: boolean;
  readonly lowercase: boolean;
}

const removed = /\0|\ufffd|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;

/** The blocks that `tokenizers` names; the gap before U+2B920 is theirs. */
const chinese =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

/** All signs of ASCII, and what Unicode calls punctuation; each is a word. */
const words = /[!-/:-@[-`{-~]|\p{P}|[^\p{White_Space}\p{P}!-/:-@[-`{-~]+/gu;

/**
 * The words of a text, normalized, that WordPiece cuts each on its own. What is punctuation, Unicode says, and each engine by
 * its own version: `tokenizers` (Rust) has Unicode 8, so words around later signs may differ.
 */
export const bertWords = (text: string, rules: BertRules): readonly string[] =>
  normalized(text, rules).match(words) ?? [];

/** A word of a text, and for each of its code units the character of the text that it comes from. */
export interface PlacedWord {
  readonly word: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** The words of `bertWords` with their places. Each character is normalized on its own, which gives as many units. */
export function placedBertWords(text: string, rules: BertRules): PlacedWord[] {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < text.length;) {
    const end = at + (text.codePointAt(at)! > 0xffff ? 2 : 1);
    const { length } = normalized(text.slice(at, end), rules);
    for (let i = 0; i < length; i++) {
      starts.push(at);
      ends.push(end);
    }
    at = end;
  }
  return Array.from(normalized(text, rules).matchAll(words), ({ 0: word, index }) => ({
    word,
    starts: starts.slice(index, index + word.length),
    ends: ends.slice(index, index + word.length),
  }));
}

function normalized(text: string, rules: BertRules): string {
  let normal = text;
  if (rules.cleanText) normal = normal.replaceAll(removed, "").replaceAll(/\p{White_Space}/gu, " ");
  if (rules.handleChineseCharacters) normal = normal.replaceAll(chinese, " $& ");
  if (rules.stripAccents) normal = normal.normalize("NFD").replaceAll(/\p{Mn}/gu, "");
  // One by one: at the end of a word toLowerCase would make another small sigma.
  if (rules.lowercase) normal = normal.replaceAll(/\p{Changes_When_Lowercased}/gu, (letter) => letter.toLowerCase());
  return normal;
}
