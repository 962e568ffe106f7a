import type { Document, Relation, Span } from "../../corpus/document.ts";
import { quote } from "../../quote.ts";
import { allBut } from "../features.ts";
import type { FormatWriter, WriteContext } from "../format.ts";
import { sentencesAround } from "../sentences.ts";
import { writtenTokens } from "../tokens.ts";

/** The score whose softmax against 0, the score of DyGIE++'s null label, is the probability. */
const logit = (probability: number): number =>
  Math.max(-50, Math.min(50, Number(Math.log(probability / (1 - probability)).toFixed(4))));

function toRecord(document: Document, context: WriteContext): unknown {
  const { id, text, entities, relations, source } = document;
  const { predictions, notices } = context;
  const tokenized = writtenTokens(document, notices);
  const sentences = sentencesAround(text, tokenized);
  const inclusive = (entity: number): [number, number] => {
    const { start, end } = tokenized.spans[entity]!;
    return [start, end - 1];
  };
  const holds = (sentence: Span, entity: number): boolean => {
    const [first] = inclusive(entity);
    return sentence.start <= first && first < sentence.end;
  };
  const toList = ({ head, tail, label, probability }: Relation): unknown[] => {
    const scores = probability === undefined ? [] : [logit(probability), probability];
    return [...inclusive(head), ...inclusive(tail), label, ...scores];
  };

  const isPredicted = predictions || relations.some(({ probability }) => probability !== undefined);
  const key = isPredicted ? "predicted_relations" : "relations";
  const bySentence = sentences.map((sentence) => {
    const held = relations.filter(({ head }) => holds(sentence, head));
    for (const { label } of held.filter(({ tail }) => !holds(sentence, tail))) {
      notices.add(
        "relation-across-sentences",
        "relations from one sentence to another, written in the first's list; DyGIE++ itself learns within a sentence",
        source && { ...source, detail: `document ${quote(id, 30)}, ${quote(label, 30)}` },
      );
    }
    return held.map(toList);
  });
  return {
    doc_key: id,
    sentences: sentences.map(({ start, end }) =>
      tokenized.tokens.slice(start, end).map((token) => text.slice(token.start, token.end)),
    ),
    ner: sentences.map((sentence) =>
      entities.flatMap(({ type }, i) => (holds(sentence, i) ? [[...inclusive(i), type]] : [])),
    ),
    [key]: bySentence,
  };
}

export const dygieWriter: FormatWriter = {
  layout: "file",
  extension: ".jsonl",
  // Equal spans are not held, since a relation cites its entities by their tokens.
  holds: allBut("rough-spans", "equal-spans", "metadata", "exact-text"),
  async *write(documents, context) {
    for await (const document of documents) yield { text: `${JSON.stringify(toRecord(document, context))}\n` };
  },
};
