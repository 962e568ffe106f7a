import { z } from "zod";
import { DataError } from "../errors.ts";
import type { Encoder, EncoderConfig } from "./encoders/encoder.ts";
import { encoderOf, encoders } from "./encoders/encoders.ts";
import type { HeadName } from "./heads/head.ts";

/** An encoder with its sizes. */
export interface SizedEncoder {
  readonly encoder: Encoder;
  readonly config: EncoderConfig;
}

/** A model as config.json describes it. */
export interface ModelConfig extends SizedEncoder {
  readonly id2label: readonly string[];
  /** The class of `transformers` that wrote it: `LukeForEntityPairClassification`, or one that Relata does not have. */
  readonly architecture: string | undefined;
  /** Whether labels are independent of each other: probabilities by sigmoid, not softmax. */
  readonly isMultiLabel: boolean;
}

const configFile = z.looseObject({
  // Files of LUKE's authors have no model_type.
  model_type: z.string().default("luke"),
  id2label: z.record(z.string(), z.string()).optional(),
  architectures: z.array(z.string()).nullish(),
  problem_type: z.string().nullish(),
});

/** The labels for which `transformers` leaves `id2label` out of config.json. */
const defaultLabels = ["LABEL_0", "LABEL_1"];

/**
 * Reads config.json and looks up its encoder.
 * @throws DataError naming the keys that are missing or wrong, or an encoder that Relata does not have
 */
export function parseModelConfig(text: string, file: string): ModelConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new DataError(`Cannot read the model's configuration: not JSON (${(error as Error).message}).`, { file });
  }
  const parsed = configFile.safeParse(json);
  if (!parsed.success)
    throw new DataError(`Cannot read the model's configuration:\n${z.prettifyError(parsed.error)}`, { file });
  const { model_type: modelType, id2label, architectures, problem_type: problemType } = parsed.data;
  const encoder = encoderOf(modelType);
  if (!encoder) {
    const known = encoders.flatMap(({ modelTypes }) => modelTypes).join(", ");
    throw new DataError(
      `Cannot read the model's configuration: expected the model_type of an encoder that Relata has (${known}), found ${JSON.stringify(modelType)}.`,
      { file },
    );
  }
  return {
    encoder,
    config: encoder.parseConfig(json, file),
    id2label: id2label ? Object.keys(id2label).map((id) => id2label[id]!) : defaultLabels,
    architecture: architectures?.[0],
    isMultiLabel: problemType === "multi_label_classification",
  };
}

/** The facts of a classifier that config.json describes. */
export interface ConfigFacts {
  readonly head: HeadName;
  readonly id2label: readonly string[];
  readonly isMultiLabel: boolean;
}

/** Makes the config.json that `from_pretrained` of the classifier's architecture opens. */
export function formatModelConfig(
  { encoder, config }: SizedEncoder,
  { head, id2label, isMultiLabel }: ConfigFacts,
): string {
  const file = {
    architectures: [encoder.architecture(head)],
    model_type: encoder.modelTypes[0],
    ...encoder.formatConfig(config),
    id2label: Object.fromEntries(id2label.map((label, id) => [String(id), label])),
    label2id: Object.fromEntries(id2label.map((label, id) => [label, id])),
    ...(isMultiLabel ? { problem_type: "multi_label_classification" } : {}),
    torch_dtype: "float32",
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}
