// The report of a run that never was: answers are drawn from a seed, and everything else is computed from them as after a training.
import { pairUnit } from "../../src/corpus/unit.ts";
import type { Document } from "../../src/corpus/document.ts";
import { compareAnswers, scoreAnswers } from "../../src/evaluation/evaluation.ts";
import type { Answer, LabelledExample, MarkedSpans } from "../../src/evaluation/mistakes.ts";
import { reliabilitiesOf } from "../../src/evaluation/reliability.ts";
import { random } from "../../src/random.ts";
import type { Report } from "../../src/report/training-page/content.ts";

interface Pair extends LabelledExample {
  readonly spans: Required<MarkedSpans>;
}

/** Of each label: how many are annotated, the share that is found, and the label that the others are taken for. */
const drawn = [
  { annotated: 160, found: 0.97, instead: 2 },
  { annotated: 44, found: 0.95, instead: 0 },
  { annotated: 31, found: 0.6, instead: 3 },
  { annotated: 29, found: 0.85, instead: 2 },
  { annotated: 12, found: 0, instead: 0 },
  { annotated: 3, found: 0.7, instead: 0 },
];

const names = ["NO_REL", "WORKS_FOR", "BORN_IN", "LIVES_IN", "OWNS", "KNOWS"];
const fillers = ["who", "met", "with", "others", "from", "the", "office", "near", "town", "for", "years"];

/**
 * A report on relations of six labels.
 * @param labels their names, the one that means no relation first
 */
export function sampleReport(labels: readonly string[] = names): Report {
  const stream = random(7, "sample report");
  const uniform = (): number => stream.next();
  const pairs: Pair[] = [];
  const answers: Answer<Pair>[] = [];
  for (const [label, { annotated, found, instead }] of drawn.entries()) {
    for (let i = 0; i < annotated; i++) {
      const example = pair(label, i, Math.floor(uniform() * 14));
      const given = uniform() < found ? label : instead;
      const sure = 0.45 + 0.54 * uniform();
      const probabilities = labels.map((_, id) => (id === given ? sure : (1 - sure) / (labels.length - 1)));
      pairs.push(example);
      answers.push({ example, probabilities, labels: [given] });
    }
  }
  const counting = { id2label: labels, unit: pairUnit, noRelationId: 0, unanswered: () => [0] };
  const scored = scoreAnswers(answers, [], 0.31, counting);
  const baselines = [
    { name: "majority", description: "gives every pair the most frequent label", predict: () => [0] },
    {
      name: "look-up",
      description: "looks up types",
      predict: ({ labels: [gold], id }: Pair) => [gold === 3 ? 3 : id.endsWith("2") ? gold! : 0],
    },
  ];
  const evaluation = compareAnswers(scored, [], baselines, ({ spans }) => spans, counting);
  const before = answers.map((answer) => ({
    ...answer,
    probabilities: Array.from(answer.probabilities, (p) => p ** 0.4),
  }));
  const count = (label: number): number => drawn[label]!.annotated;
  return {
    ...evaluation,
    title: "first run",
    subtitle: "a sample",
    metric: "macro_f1",
    part: "test",
    parts: ["Test part, 279 documents: touched once, after training; these are its figures."],
    reliability: { ...reliabilitiesOf(answers, 0, false), before: reliabilitiesOf(before, 0, false) },
    data: {
      documents: { train: 900, validation: 130, test: 279 },
      examples: { train: 900, validation: 130, test: 279 },
      labels: labels
        .slice(1)
        .map((label, i) => ({ label, train: 4 * count(i + 1) - 11, validation: 6, test: count(i + 1) })),
      entityTypes: ["PERSON", "PLACE"],
      files: [{ path: "mails.jsonl", sha256: "0".repeat(64), documents: 1309 }],
    },
    lossCurves: [
      { name: "training loss", points: [1, 2, 3, 4, 5].map((step) => ({ step: 10 * step, value: 2 / step })) },
    ],
    scoreCurves: [{ name: "macro F1", points: [1, 2, 3].map((n) => ({ step: 16 * n, value: 0.2 * n })) }],
    keptStep: 48,
    decisions: [{ name: "encoding", value: "pair" }],
    settings: [
      { name: "seed", value: "42", from: "flag" },
      { name: "epochs", value: "3", from: "default" },
    ],
    notices: [{ message: "relations of a span with itself", count: 2, total: 400 }],
  };
}

function pair(label: number, i: number, between: number): Pair {
  const words = Array.from({ length: between }, (_, at) => fillers[(i + at) % fillers.length]);
  const text = ["Anna", ...words, "Rome", "said", "so", "in", "the", "mail."].join(" ");
  const tail = text.indexOf("Rome");
  const spans = { head: { start: 0, end: 4 }, tail: { start: tail, end: tail + 4 } };
  const document: Document = {
    id: `mail-${label}-${i}`,
    text,
    entities: [
      { ...spans.head, type: "PERSON" },
      { ...spans.tail, type: "PLACE" },
    ],
    relations: [],
    source: { file: "mails.jsonl", line: i + 1 },
  };
  return { id: document.id, document, labels: [label], spans };
}
