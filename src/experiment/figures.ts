import type { Evaluation, ScoredAnswers } from "../evaluation/evaluation.ts";
import type { LabelledExample } from "../evaluation/mistakes.ts";
import type { PartFacts } from "../evaluation/scored-part.ts";
import type { MetricName, Scores } from "../evaluation/scores.ts";
import type { Encoded } from "../model/tasks/encoded.ts";
import type { EncodedParts } from "../model/tasks/encode-parts.ts";
import type { HeldOut, LearningData } from "../model/tasks/learning-data.ts";
import type { Learned, Task } from "../model/tasks/task.ts";

/** Answers on the validation part, and the logits that they come from. */
export interface ScoredStep {
  readonly logits: readonly Float32Array[];
  readonly scored: ScoredAnswers<LabelledExample>;
}

/** The parts of a run that figures are computed from. */
interface Scorable extends EncodedParts {
  readonly task: Task;
  readonly data: LearningData;
  readonly settings: { readonly metric: MetricName };
}

/** The figures of a finished run. */
export interface Figures {
  /** The task's facts, with what was learnt from the kept checkpoint's answers. */
  readonly learned: Learned;
  /** The evaluation on the part that `parts` names. */
  readonly evaluation: Evaluation;
  readonly scores: Scores;
  readonly parts: PartFacts;
  /** A sentence for the protocol on what was learnt from the answers, if anything was. */
  readonly tuned: string | undefined;
}

/**
 * Learns thresholds and the like from the validation part, and evaluates the test part with them, or the validation part
 * if the test part was not scored.
 */
export function figuresOf(
  { task, data, validation, test, settings }: Scorable,
  best: ScoredStep,
  testLogits: readonly Float32Array[] | undefined,
): Figures {
  const { examples: trained, excluded } = data.trained;
  const tuned = task.tune?.(
    { encoded: validation, logits: best.logits, asked: askedOf(data.all, excluded), trained },
    data.learned,
    settings,
  );
  const learned = tuned?.learned ?? data.learned;
  const scoredOn = (encoded: Encoded<LabelledExample>, logits: readonly Float32Array[], { learned: own }: HeldOut) => {
    const known = own.goldLabels ? { ...learned, goldLabels: own.goldLabels } : learned;
    return { encoded, known, scored: task.score(encoded, logits, known) };
  };
  const chosen = tuned
    ? scoredOn(validation, best.logits, data.validation)
    : { encoded: validation, known: data.validation.learned, scored: best.scored };
  const tested = test && testLogits && scoredOn(test, testLogits, data.test!);
  const { encoded, known, scored } = tested ?? chosen;
  const part = tested ? "test" : "validation";
  return {
    learned,
    evaluation: task.evaluate(encoded, scored, known, data[part]!.sources),
    scores: scored.scores,
    parts: {
      part,
      documents: data[part]!.documents.length,
      validationDocuments: data.validation.documents.length,
      validation: chosen.scored.scores,
      validationEntities: chosen.scored.entities?.scores,
      metric: settings.metric,
      isTestLeftOut: test !== undefined && !tested,
    },
    tuned: tuned && `${tuned.learnt.join(" and ")} learnt on the validation documents`,
  };
}

/** The facts of a model whose protocol says what was learnt from the answers. */
export const withTuned = <Facts extends { readonly protocol: string }>(facts: Facts, tuned: Figures["tuned"]): Facts =>
  tuned === undefined ? facts : { ...facts, protocol: `${facts.protocol}; ${tuned}` };

/** The training examples within the bounds, before any were left out of training. */
function askedOf(
  all: readonly LabelledExample[],
  excluded: readonly { readonly example: LabelledExample }[],
): readonly LabelledExample[] {
  const beyond = new Set(excluded.map(({ example }) => example));
  return all.filter((example) => !beyond.has(example));
}
