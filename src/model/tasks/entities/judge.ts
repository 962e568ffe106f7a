import type { Span } from "../../../corpus/document.ts";
import type { ScoredAnswers } from "../../../evaluation/evaluation.ts";
import type { Judgment } from "../../../evaluation/judgments.ts";
import type { Encoded } from "../encoded.ts";
import type { TextAnswer } from "./answers.ts";
import type { EntitiesLearned } from "./learned.ts";
import type { TextExample } from "./learn.ts";
import type { FoundSpan, TypedSpan } from "./spans.ts";

/** A judgment for each place where an entity is annotated or was found; a text without any is one with nothing in it. */
export function judgeEntities(
  { unscored }: Encoded<TextExample>,
  { answers }: ScoredAnswers<TextExample>,
  { exampleLabels, goldLabels = exampleLabels }: EntitiesLearned,
): Judgment[] {
  const names = (spans: readonly TypedSpan[]): string[] => spans.map(({ type }) => goldLabels[type]!);
  const of = ({ document, gold }: TextExample, found: readonly FoundSpan[]): Judgment[] => {
    const places = new Map([...gold, ...found].map((span) => [keyOf(span), span]));
    if (places.size === 0)
      return [{ document, spans: { head: { start: 0, end: 0 } }, gold: [], predicted: [], probability: undefined }];
    return [...places].map(([key, { start, end }]) => {
      const here = found.filter((span) => keyOf(span) === key);
      return {
        document,
        spans: { head: { start, end } },
        gold: names(gold.filter((span) => keyOf(span) === key)),
        predicted: names(here),
        probability: here[0]?.probability,
      };
    });
  };
  return [
    ...(answers as readonly TextAnswer[]).flatMap(({ example, found }) => of(example, found)),
    ...unscored.flatMap(({ example }) => of(example, [])),
  ];
}

const keyOf = ({ start, end }: Span): string => `${start} ${end}`;
