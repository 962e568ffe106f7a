import { surface } from "../../../corpus/document.ts";
import { excerptOf, pickMistakes, type Mistake, type Mistakes } from "../../../evaluation/mistakes.ts";
import { quote } from "../../../quote.ts";
import { noEntity, type TextAnswer } from "./answers.ts";
import { overlap, type TypedSpan } from "./spans.ts";

/** UTF-16 code units of the text before and after an entity. */
const context = 60;

/** Entities that were found and are wrong, and those that were missed, the surest first. */
export function mistakesOf(answers: readonly TextAnswer[], types: readonly string[]): Mistakes {
  const all = answers.flatMap((answer) => mistakesIn(answer, types)).sort((a, b) => b.probability - a.probability);
  return { total: all.length, worst: pickMistakes(all, ({ gold, predicted }) => JSON.stringify([gold, predicted])) };
}

function mistakesIn({ example, found, goldProbabilities }: TextAnswer, types: readonly string[]): Mistake[] {
  const { document, gold } = example;
  const isIn = (spans: readonly TypedSpan[], one: TypedSpan): boolean =>
    spans.some(({ start, end, type }) => start === one.start && end === one.end && type === one.type);
  const nameOf = (one: TypedSpan | undefined, place: TypedSpan): string => {
    if (!one) return noEntity;
    const isSame = one.start === place.start && one.end === place.end;
    return isSame ? types[one.type]! : `${types[one.type]!} ${quote(surface(document, one), 40)}`;
  };
  const wrong = found.filter((span) => !isIn(gold, span));
  const explained = new Set<TypedSpan>();
  const ofFound = wrong.map((span): Mistake => {
    const other = gold.find((one) => overlap(one, span) && !isIn(found, one));
    if (other) explained.add(other);
    const goldProbability = other ? goldProbabilities[gold.indexOf(other)]! : 1 - span.probability;
    return mistake(span, nameOf(other, span), types[span.type]!, span.probability, goldProbability);
  });
  const ofMissed = gold.flatMap((span, i): Mistake[] => {
    if (explained.has(span) || isIn(found, span)) return [];
    const other = found.find((one) => overlap(one, span));
    return [mistake(span, types[span.type]!, nameOf(other, span), 1 - goldProbabilities[i]!, goldProbabilities[i]!)];
  });
  return [...ofFound, ...ofMissed];

  function mistake(
    span: TypedSpan,
    goldName: string,
    predicted: string,
    probability: number,
    goldProbability: number,
  ): Mistake {
    return {
      id: `${example.id}-${span.start}-${span.end}`,
      at: document.source,
      gold: goldName,
      predicted,
      probability,
      goldProbability,
      excerpt: excerptOf(document.text, { head: span }, context),
    };
  }
}
