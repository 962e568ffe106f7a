import type { Document, Entity, Span } from "../../../corpus/document.ts";
import type { PairExample } from "../../../corpus/pairs.ts";

/** Words that a language uses all the time, and how it denies a sentence. */
const languages = {
  English: { common: ["the", "of", "and", "to", "is", "was", "that"], denial: "It is not true that " },
  French: { common: ["le", "la", "les", "des", "est", "une", "dans"], denial: "Il n'est pas vrai que " },
  German: { common: ["der", "die", "und", "das", "ist", "nicht", "ein"], denial: "Es stimmt nicht, dass " },
  Spanish: { common: ["el", "los", "las", "una", "por", "que", "es"], denial: "No es verdad que " },
} as const;

export type Language = keyof typeof languages;

/**
 * The language whose common words are most frequent in the texts; undefined if hardly any occurs, or as many of another.
 * @param least as many of them at least
 */
export function languageOf(texts: readonly string[], least = 1): Language | undefined {
  const words = texts.slice(0, 200).flatMap((text) => text.toLowerCase().match(/\p{L}+/gu) ?? []);
  const counts = (Object.keys(languages) as Language[]).map((name) => {
    const common: ReadonlySet<string> = new Set(languages[name].common);
    return { name, count: words.filter((word) => common.has(word)).length };
  });
  const [best, second] = counts.toSorted((a, b) => b.count - a.count);
  const isClear = best!.count > second!.count && best!.count >= least && best!.count > words.length / 50;
  return isClear ? best!.name : undefined;
}

/** The same pair in three texts: its sentence alone, the sentence denied, and the two mentions beside each other. */
export interface RewrittenPair {
  readonly alone: PairExample;
  readonly denied: PairExample | undefined;
  /** The language it is denied in. */
  readonly language: Language | undefined;
  readonly together: PairExample;
}

/**
 * Rewrites a pair whose mentions stand in one sentence; undefined for any other.
 * @param usual the language of the corpus, for a text with fewer than two words by which its own is known
 */
export function rewrite(pair: PairExample, usual: Language | undefined): RewrittenPair | undefined {
  const { document } = pair;
  const language = languageOf([document.text], 2) ?? usual;
  const [head, tail] = [document.entities[pair.head]!, document.entities[pair.tail]!];
  const sentence = sentenceOf(document.text, head, tail);
  if (!sentence || (head.start < tail.end && tail.start < head.end)) return undefined;
  const text = document.text.slice(sentence.start, sentence.end);
  const denial = language && languages[language].denial;
  const [first, second] = head.start < tail.start ? [head, tail] : [tail, head];
  const [one, other] = [first, second].map(({ start, end }) => document.text.slice(start, end)) as [string, string];
  const moved = (by: number): Entity[] => [head, tail].map((entity) => shifted(entity, by));
  const beside = { [first.start]: 0, [second.start]: one.length + 2 };
  return {
    alone: pairOf(pair, text, moved(-sentence.start)),
    denied: denial === undefined ? undefined : pairOf(pair, denial + text, moved(denial.length - sentence.start)),
    language,
    together: pairOf(
      pair,
      `${one}, ${other}.`,
      [head, tail].map((entity) => shifted(entity, beside[entity.start]! - entity.start)),
    ),
  };
}

const shifted = ({ start, end, type }: Entity, by: number): Entity => ({ start: start + by, end: end + by, type });

const pairOf = (pair: PairExample, text: string, entities: readonly Entity[]): PairExample => {
  const document: Document = { id: pair.document.id, text, entities, relations: [] };
  return { ...pair, document, head: 0, tail: 1 };
};

/** The sentence around two mentions; undefined if there is an end of a sentence between them. */
export function sentenceOf(text: string, a: Span, b: Span): Span | undefined {
  const [first, last] = [Math.min(a.start, b.start), Math.max(a.end, b.end)];
  const ends = /[.!?]\s|\n/g;
  let start = 0;
  for (const { index, 0: sign } of text.matchAll(ends)) {
    const end = index + (sign === "\n" ? 0 : 1);
    if (end <= first) start = index + sign.length;
    else if (end >= last) return { start, end };
    else if (index >= first) return undefined;
  }
  return { start, end: text.length };
}
