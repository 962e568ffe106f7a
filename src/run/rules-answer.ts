import { findByRules, relateByRules } from "../corpus/rules/apply-rules.ts";
import { readRules } from "../corpus/rules/rules-file.ts";
import type { DocumentPrediction } from "../model/tasks/prediction.ts";
import type { PredictionInput } from "../model/tasks/prediction-input.ts";
import type { PredictConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import { flagOf } from "../settings.ts";
import type { Answerer } from "../model/tasks/answered.ts";
import type { AnswerFacts } from "../model/tasks/prediction-notices.ts";

/** A file of rules in the place of a model: it finds entities and relates them. */
export interface RulesAnswerer extends Pick<Answerer, "name" | "answer" | "annotate"> {
  readonly facts: AnswerFacts;
}

/** Whether a name is that of a file of rules; a model is a folder, or a name on the hub. */
export const isRulesFile = (name: string): boolean => /\.(?:json|ya?ml)$/iu.test(name);

/** @throws UsageError for a file that holds no rules, naming the field, and for a setting that is about models */
export async function openRules(path: string, config: PredictConfig): Promise<RulesAnswerer> {
  refuseSettingsOfModels(path, config);
  const rules = await readRules(path);
  const relate = (input: PredictionInput): DocumentPrediction => {
    const given = input.entities.map(({ start, end, type = "" }) => ({ start, end, type }));
    const entities = given.length > 0 ? given : findByRules(input.text, rules);
    return {
      ...(input.id === undefined ? {} : { id: input.id }),
      text: input.text,
      entities: entities.map((entity) => ({ ...entity, text: input.text.slice(entity.start, entity.end) })),
      // Rules say nothing of how sure they are.
      relations: relateByRules(entities, rules).map((relation) => ({ ...relation, probability: 1, probabilities: {} })),
    };
  };
  return {
    name: path,
    facts: { kind: "pair", finds: true, noRelationLabel: undefined, shownTypes: undefined },
    answer: async (inputs) => inputs.map(relate),
    annotate: (document, { entities, relations }) => ({
      ...document,
      entities: entities.map(({ start, end, type }) => ({ start, end, type })),
      relations: relations.map(({ head, tail, label }) => ({ head, tail, label })),
    }),
  };
}

/** @throws UsageError for a setting that does nothing here */
function refuseSettingsOfModels(
  path: string,
  { entities, noRelationLabel, maxPairs, batchSize, dtype, relationsOnly }: PredictConfig,
): void {
  const given = { entities, noRelationLabel, maxPairs, batchSize, dtype: dtype === "float32" ? undefined : dtype };
  const all = { ...given, relationsOnly: relationsOnly || undefined };
  const idle = Object.entries(all).find(([, value]) => value !== undefined);
  if (idle)
    throw new UsageError(`${flagOf(idle[0])} is about models and does nothing with the rules ${path}. Leave it out.`);
}
