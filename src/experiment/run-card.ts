import { trainConfig } from "../config.ts";
import { withModelDefaults } from "../model/starting-settings.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import type { PartFacts } from "../evaluation/scored-part.ts";
import type { Scores } from "../evaluation/scores.ts";
import { settingsOfTheCall } from "../model/checkpoints/settings.ts";
import type { ManifestFacts } from "../model/folder.ts";
import type { Start } from "../model/fresh-start.ts";
import { publicAnnotator } from "../model/tasks/manifest-facts.ts";
import { ownSettings } from "../model/tasks/settings.ts";
import type { Learned, Task } from "../model/tasks/task.ts";
import { lastOf, printableLines } from "../quote.ts";
import { modelCard, type CardEncoder, type CardScore } from "../report/model-card.ts";
import { flagOf } from "../settings.ts";
import type { StartingConfig } from "./train-events.ts";

/** The parts of a finished run that its model card is about. */
export interface CarriedRun {
  readonly config: StartingConfig;
  readonly task: Task;
  readonly learned: Learned;
  readonly model: Start;
  readonly evaluation: Evaluation;
  readonly parts: PartFacts;
  readonly facts: ManifestFacts;
}

/** An encoder whose architecture is that of the bare one has no class in `transformers` that reads a marked pair. */
function cardEncoder({ encoder, head, tokenizer }: Start): CardEncoder {
  const { ent, ent2 } = tokenizer.words.specialTokenIds;
  const isBare = encoder.bareArchitectures.includes(encoder.architecture(head.name));
  return { name: encoder.name, markers: isBare ? [ent, ent2] : undefined, markerTokens: tokenizer.markerTokens };
}

/** README.md of the folder of a run, the model card. */
export function runCard({ task, learned, config, model, evaluation, facts, parts }: CarriedRun): string {
  const score = (type: string, name: string, of: (scores: Scores) => number): CardScore => ({
    type,
    name,
    value: of(evaluation.scores),
    baselines: Object.fromEntries(evaluation.baselines.map((baseline) => [baseline.name, of(baseline.scores)])),
  });
  const none = facts.labels.noRelationLabel;
  return printableLines(
    modelCard({
      name: lastOf(config.output),
      ...(config.model === "luke-mini" ? {} : { baseModel: model.name }),
      isAdapter: model.adapter !== undefined,
      text: (subject) => task.card(learned, subject),
      decisions: task.facts(learned),
      meanings: task.labelFacts(learned),
      labels: facts.labels,
      entityTypes: facts.entityTypes,
      maxLength: model.maxLength,
      encoder: cardEncoder(model),
      data: facts.data,
      seed: config.seed,
      settings: facts.settings,
      command: [
        "npx",
        "relata",
        "train",
        ...facts.data.flatMap(({ path, part }) => (part === undefined ? [path] : [])),
        "--output",
        config.output,
        ...changedFlags({ ...config, annotator: publicAnnotator(config.annotator) }),
      ],
      protocol: facts.protocol,
      part: parts.part,
      owner: config,
      scores: [
        score("accuracy", "accuracy", ({ accuracy }) => accuracy),
        score("f1", "macro F1", ({ macroF1 }) => macroF1),
        ...(none === null
          ? // Where each example has one label, and gets one, this is accuracy.
            evaluation.scores.microF1 === evaluation.scores.accuracy
            ? []
            : [score("f1", "micro F1", ({ microF1 }) => microF1)]
          : [
              score("f1", `macro F1 without ${none}`, ({ relationMacroF1 }) => relationMacroF1),
              score("f1", `micro F1 without ${none}`, ({ relationMicroF1 }) => relationMicroF1),
            ]),
      ],
      createdWith: facts.createdWith,
    }),
  );
}

/** Every setting that the card's command needs so that running it again gives this model. */
function changedFlags(config: StartingConfig): string[] {
  const { output, model, task } = config;
  const defaults: Record<string, unknown> = {
    ...withModelDefaults(trainConfig.parse({ output, model, task })),
    model: trainConfig.shape.model.parse(undefined),
    task: trainConfig.shape.task.parse(undefined),
  };
  return Object.entries(ownSettings(config.task, config)).flatMap(([key, value]) => {
    if (value === undefined || value === defaults[key] || settingsOfTheCall.has(key)) return [];
    return typeof value === "boolean" ? [flagOf(key)] : [flagOf(key), String(value)];
  });
}
