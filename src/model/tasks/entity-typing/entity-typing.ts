import { z } from "zod";
import { CheckpointError } from "../../../model/checkpoint-error.ts";
import { majorityBaseline, mostFrequent } from "../../../evaluation/baselines.ts";
import { argmax } from "../../../evaluation/argmax.ts";
import { compareAnswers, scoreAnswers, type CountingOptions } from "../../../evaluation/evaluation.ts";
import type { Judgment } from "../../../evaluation/judgments.ts";
import type { MarkedSpans } from "../../../evaluation/mistakes.ts";
import { crossEntropyOf } from "../../../evaluation/probabilities.ts";
import { entityHead } from "../../heads/entity-head.ts";
import { formatLengthReport } from "../../../tokenization/inputs/length-report.ts";
import { entityUnit } from "../../../corpus/unit.ts";
import { rowsOf } from "../encoded.ts";
import type { OpeningFacts, Task } from "../task.ts";
import { withUnknownLabels } from "../unknown-labels.ts";
import { card } from "./card.ts";
import { encodeSpansOf } from "./encode.ts";
import { examples, learn, tidy, type SpanExample } from "./examples.ts";
import type { TypingLearned } from "./learned.ts";
import { annotate, predict, probabilitiesOf } from "./predict.ts";
import { entityTypingSettings } from "./settings.ts";

/** The task that answers which type a given span of a text has. */
export const entityTyping: Task<TypingLearned, SpanExample> = {
  name: "entity-typing",
  unit: entityUnit,
  settings: entityTypingSettings,
  tidy,
  strata: ({ entities }) => entities.flatMap(({ type }) => (type === "" ? [] : [type])),
  learn,
  examples,
  withBaselines: (training, learned) => ({
    ...learned,
    majority: {
      label: mostFrequent(learned.id2label.map((_, id) => training.filter(({ labels }) => labels[0] === id).length)),
      examples: training.length,
    },
  }),
  // The model must not see the types that it has to find.
  start: (train) => ({ texts: train.map(({ text }) => text), typedEntities: [], needsTypedEntities: false }),
  head: () => entityHead,
  encode: (tokenizer, asked, { reads }, maxLength) => encodeSpansOf(tokenizer, asked.examples, reads, maxLength),
  losses: ({ lengths }) => formatLengthReport(lengths, entityUnit),
  trainingBatchSize: () => 32,
  scoringBatchSize: () => 64,
  score({ texts, unscored }, logits, learned) {
    const rows = rowsOf(texts, logits);
    const answers = rows.map(({ example, logits: row }) => {
      const probabilities = probabilitiesOf(learned, row);
      return { example, probabilities, labels: [argmax(probabilities)] };
    });
    const known = rows.filter(({ example }) => example.labels[0]! < learned.id2label.length);
    const losses = known.map(({ example, logits: row }) => crossEntropyOf(row, example.labels[0]!));
    const loss = losses.reduce((sum, one) => sum + one, 0) / Math.max(1, losses.length);
    return scoreAnswers(answers, unscored.map(({ example }) => example), loss, countingOf(learned)); // prettier-ignore
  },
  meet(documents, { learned }, notices) {
    const types = documents.flatMap(({ id, entities, source }) =>
      entities.flatMap(({ type }) => (type === "" ? [] : [{ label: type, at: source ?? { file: id } }])),
    );
    return { documents, ...withUnknownLabels(types, learned, "spans", notices) };
  },
  evaluate({ unscored }, scored, learned) {
    const { majority } = learned;
    const baselines = majority ? [majorityBaseline(majority.label, majority.examples, entityUnit)] : [];
    const missed = unscored.map(({ example }) => example);
    return compareAnswers(scored, missed, baselines, spansOf, countingOf(learned));
  },
  judge({ unscored }, { answers }, { id2label, goldLabels = id2label }) {
    const of = (example: SpanExample, predicted: readonly number[], probability?: number): Judgment => ({
      document: example.document,
      spans: spansOf(example),
      gold: example.labels.map((id) => goldLabels[id]!),
      predicted: predicted.map((id) => goldLabels[id]!),
      probability,
    });
    return [
      ...answers.map(({ example, labels, probabilities }) => of(example, labels, probabilities[labels[0]!])),
      ...unscored.map(({ example }) => of(example, [])),
    ];
  },
  card,
  predict,
  annotate,
  store: ({ majority }) => ({ name: "entity-typing", majority }),
  open,
  facts: ({ reads }) => [
    {
      name: "reads",
      value:
        reads === "entity"
          ? "a text once for each span, which stands between markers"
          : "a text once, with all its spans",
    },
    { name: "gives", value: "one type a span" },
  ],
  labelFacts: () => [],
};

const spansOf = ({ document, entity }: SpanExample): MarkedSpans => ({ head: document.entities[entity]! });

/** Makes a span that the model is not shown count as wrong: as the most frequent type, or the first other one. */
const countingOf = ({ id2label, goldLabels = id2label, majority }: TypingLearned): CountingOptions => ({
  id2label: goldLabels,
  unit: entityUnit,
  noRelationId: null,
  unanswered: ([gold]) => [[majority?.label ?? 0, 0, 1].find((id) => id !== gold)!],
});

const stored = z.strictObject({
  name: z.literal("entity-typing"),
  majority: z.strictObject({ label: z.int().min(0), examples: z.int().min(0) }).nullable(),
});

function open({ folder, id2label, isMultiLabel, head, manifest }: OpeningFacts): TypingLearned {
  const learned = { id2label, multiLabel: isMultiLabel, noRelationId: null, majority: null };
  const reads = head.name === "span" ? "span" : "entity";
  // Folders of Relata from before tasks were stored say relations, whatever their head is.
  if (manifest?.task.name !== "entity-typing") return { ...learned, reads };
  const result = stored.safeParse(manifest.task);
  if (result.success) return { ...learned, reads, majority: result.data.majority };
  const [issue] = result.error.issues;
  throw new CheckpointError("bad manifest", {
    file: folder,
    expected: "the fields of the task entity-typing",
    found: `in task.${issue?.path.join(".") ?? ""}: ${issue?.message}`,
  });
}
