import type { z } from "zod";
import { corpusSettings } from "./corpus/settings.ts";
import { evaluationSettings } from "./evaluation/settings.ts";
import { formatSettings } from "./formats/settings.ts";
import { checkpointSettings, trackingSettings } from "./model/checkpoints/settings.ts";
import { loraSettings } from "./model/adapters/settings.ts";
import { cardSettings } from "./report/card-settings.ts";
import { taskSettings } from "./model/tasks/settings.ts";
import { tokenizationSettings } from "./tokenization/settings.ts";
import { trainingSettings } from "./training/settings.ts";

/** The settings of the stages that commands are composed of, with a heading for each, in the order of the help. */
const stages: readonly (readonly [heading: string, schema: z.ZodObject])[] = [
  ["Reading files", formatSettings],
  ["Documents and parts", corpusSettings],
  ["Pairs, entities and their encoding", taskSettings],
  ["Tokens", tokenizationSettings],
  ["Training", trainingSettings],
  ["Adapters (LoRA)", loraSettings],
  ["Scores", evaluationSettings],
  ["Checkpoints", checkpointSettings],
  ["Tracking", trackingSettings],
  ["Model card", cardSettings],
];

const headings: ReadonlyMap<string, string> = new Map(
  stages.flatMap(([heading, { shape }]) => Object.keys(shape).map((key) => [key, heading] as const)),
);

/** The heading of a setting in help and in written config files; undefined for one that belongs to a single command. */
export const headingOf = (key: string): string | undefined => headings.get(key);
