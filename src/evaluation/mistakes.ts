import type { Document, Span } from "../corpus/document.ts";
import type { SourceLocation } from "../errors.ts";

/** An example: something in a document that has gold labels. */
export interface LabelledExample {
  readonly id: string;
  readonly document: Document;
  /** Gold label ids: several only if an example may have several. */
  readonly labels: readonly number[];
  /** The number of things in it that have a label, if not one: the entities of a text. */
  readonly size?: number;
}

/** The number of things that have a label in these examples. */
export const sizeOf = (examples: readonly Pick<LabelledExample, "size">[]): number =>
  examples.reduce((sum, { size = 1 }) => sum + size, 0);

/** The model's answer to one example. */
export interface Answer<Example> {
  readonly example: Example;
  /** Probabilities by label id. */
  readonly probabilities: ArrayLike<number>;
  /** The predicted label ids, the most probable first. */
  readonly labels: readonly number[];
}

/** The spans of an example that an excerpt marks: head and tail of a pair, or one mention as the head. */
export interface MarkedSpans {
  readonly head: Span;
  readonly tail?: Span;
}

/** A stretch of an excerpt; both marks are set where head and tail overlap. */
export interface ExcerptPart {
  readonly text: string;
  readonly head: boolean;
  readonly tail: boolean;
}

/** An example with a wrong prediction. */
export interface Mistake {
  readonly id: string;
  readonly at: SourceLocation | undefined;
  readonly gold: string;
  readonly predicted: string;
  /** The probability of the predicted label. */
  readonly probability: number;
  readonly goldProbability: number;
  readonly excerpt: readonly ExcerptPart[];
}

export interface Mistakes {
  /** The mistakes with the highest probability first. */
  readonly worst: readonly Mistake[];
  /** Number of all wrong examples; `worst` holds some of them. */
  readonly total: number;
}

/** Mistakes of one kind at most: a hundred times the same one teaches less than a few of each. */
const mostAlike = 8;

/** Picks the mistakes that are listed: from those sorted by probability the first, but only some that are alike. */
export function pickMistakes<Wrong>(
  sorted: readonly Wrong[],
  kindOf: (wrong: Wrong) => string,
  limit = 100,
): readonly Wrong[] {
  const counts = new Map<string, number>();
  const picked = sorted.filter((wrong) => {
    const kind = kindOf(wrong);
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= mostAlike;
  });
  return picked.slice(0, limit);
}

/**
 * Lists the wrong predictions with the highest probability, of each confusion of labels a few; ties keep their order.
 * @param spansOf the spans to mark in the excerpt of an example
 * @param options.context length of the text before and after the spans, in UTF-16 code units
 */
export function worstMistakes<Example extends LabelledExample>(
  answers: readonly Answer<Example>[],
  id2label: readonly string[],
  spansOf: (example: Example) => MarkedSpans,
  options: { limit?: number; context?: number } = {},
): Mistakes {
  const { limit, context = 60 } = options;
  const namesOf = (labels: readonly number[]): string => labels.map((label) => id2label[label]!).join(" + ");
  const wrong = answers
    .filter(({ example, labels }) => !sameSet(example.labels, labels))
    .sort((a, b) => b.probabilities[b.labels[0]!]! - a.probabilities[a.labels[0]!]!);
  return {
    total: wrong.length,
    worst: pickMistakes(wrong, ({ example, labels }) => `${example.labels.join()}>${labels.join()}`, limit).map(
      ({ example, probabilities, labels }) => ({
        id: example.id,
        at: example.document.source,
        gold: namesOf(example.labels),
        predicted: namesOf(labels),
        probability: probabilities[labels[0]!]!,
        // A gold label that the model does not know has no probability.
        goldProbability: probabilities[example.labels[0]!] ?? 0,
        excerpt: excerptOf(example.document.text, spansOf(example), context),
      }),
    ),
  };
}

const sameSet = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((label) => b.includes(label));

/** Cuts out the text around the spans, at words, with an ellipsis for text that is left out. */
export function excerptOf(text: string, { head, tail }: MarkedSpans, context: number): ExcerptPart[] {
  const spans = tail ? [head, tail] : [head];
  const windows = mergedWindows(text, spans, context);
  const parts: ExcerptPart[] = [];
  const plain = (of: string): void => void parts.push({ text: of, head: false, tail: false });
  for (const [i, window] of windows.entries()) {
    if (i > 0 || window.start > 0) plain(i > 0 ? " … " : "… ");
    const cuts = [window.start, ...spans.flatMap(({ start, end }) => [start, end]), window.end]
      .filter((cut) => cut >= window.start && cut <= window.end)
      .sort((a, b) => a - b);
    for (const [j, start] of cuts.slice(0, -1).entries()) {
      const end = cuts[j + 1]!;
      if (start === end) continue;
      const isIn = (span: Span | undefined): boolean => span !== undefined && within(start, span);
      parts.push({ text: text.slice(start, end), head: isIn(head), tail: isIn(tail) });
    }
  }
  if (windows.at(-1)!.end < text.length) plain(" …");
  return parts;
}

/** Writes an excerpt as one line of text, with `<head>` and `<tail>` around the spans; for reading, not for parsing. */
export function markedText(excerpt: readonly ExcerptPart[]): string {
  const closed: ExcerptPart = { text: "", head: false, tail: false };
  const line = [...excerpt, closed].map((part, i) => {
    const before = excerpt[i - 1] ?? closed;
    const close = (before.tail && !part.tail ? "</tail>" : "") + (before.head && !part.head ? "</head>" : "");
    const open = (!before.head && part.head ? "<head>" : "") + (!before.tail && part.tail ? "<tail>" : "");
    return close + open + part.text;
  });
  return line.join("").replaceAll(/\s+/gu, " ");
}

const within = (offset: number, span: Span): boolean => offset >= span.start && offset < span.end;

function mergedWindows(text: string, spans: readonly Span[], context: number): Span[] {
  const windows = spans
    .map(({ start, end }) => ({ start: wordStart(text, start - context), end: wordEnd(text, end + context) }))
    .sort((a, b) => a.start - b.start);
  const merged: { start: number; end: number }[] = [];
  for (const window of windows) {
    const last = merged.at(-1);
    if (last && window.start <= last.end) last.end = Math.max(last.end, window.end);
    else merged.push(window);
  }
  return merged;
}

// A cut is moved at most this far to reach a blank; scripts without blanks are cut there, but never inside a character.
const reach = 15;

function wordStart(text: string, wanted: number): number {
  const from = Math.max(0, wanted);
  for (let at = from; at > Math.max(0, from - reach); at--) if (isBlank(text, at - 1)) return at;
  return from <= reach ? 0 : characterStart(text, from);
}

function wordEnd(text: string, wanted: number): number {
  const from = Math.min(text.length, wanted);
  for (let at = from; at < Math.min(text.length, from + reach); at++) if (isBlank(text, at)) return at;
  return from + reach >= text.length ? text.length : characterStart(text, from);
}

const isBlank = (text: string, at: number): boolean => /\s/u.test(text.charAt(at));

const characterStart = (text: string, at: number): number => (/[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at);
