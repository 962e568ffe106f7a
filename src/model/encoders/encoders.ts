import type { Encoder } from "./encoder.ts";
import { bert } from "./bert/bert-encoder.ts";
import { deberta } from "./deberta/deberta-encoder.ts";
import { distilbert } from "./distilbert/distilbert-encoder.ts";
import { luke } from "./luke/luke-encoder.ts";
import { modernbert } from "./modernbert/modernbert-encoder.ts";
import { robertas } from "./roberta/roberta-encoders.ts";

/** Every encoder that Relata has. To add one, write its folder and name it here. */
export const encoders: readonly Encoder[] = [luke, bert, distilbert, deberta, modernbert, ...robertas];

/** The encoder of a config.json with this `model_type`. */
export const encoderOf = (modelType: string): Encoder | undefined =>
  encoders.find(({ modelTypes }) => modelTypes.includes(modelType));
