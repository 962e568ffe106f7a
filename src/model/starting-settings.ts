import type { TaskSettings } from "./tasks/settings.ts";

/** The models that come with Relata: a pre-trained encoder, and a small one that starts from random weights. */
const builtInModels = ["relata-mini", "luke-mini"] as const;

/** Whether a name is that of a model that comes with Relata, whatever folders there are. */
export const isBuiltIn = (name: string): boolean => builtInModels.some((model) => model === name);

/** Settings whose defaults depend on the model that training starts from; chosen by measurement (docs/relata-mini.md). */
export interface ModelDefaults {
  readonly encoding: NonNullable<TaskSettings["encoding"]>;
  readonly pairFeatures: NonNullable<TaskSettings["pairFeatures"]>;
  readonly epochs: number;
  readonly learningRate: number;
  readonly headLearningRate?: number | undefined;
  readonly minSteps?: number | undefined;
  /** In document encoding, where a step shows every pair of its texts. */
  readonly maxSteps?: number | undefined;
  readonly dropout?: number | undefined;
}

/** The learning rate of an adapter, as a multiple of that of a whole model: a usual one, not measured here. */
const loraRateFactor = 5;

/**
 * How much longer one encoder of `--task both` learns than that of a single task: as long as two encoders together, since it has both to learn
 * (docs/results.md, relations from nothing but text).
 */
const bothFactor = 2;

/** Settings as a user gives them, of which some decide the others. */
type GivenSettings = { readonly [Key in keyof ModelDefaults]?: ModelDefaults[Key] | undefined } & {
  readonly model: string;
  readonly markers: TaskSettings["markers"];
  readonly lora?: boolean | undefined;
  readonly task?: string | undefined;
};

const recommended: Readonly<Record<(typeof builtInModels)[number] | "checkpoint", ModelDefaults>> = {
  "relata-mini": {
    encoding: "document",
    pairFeatures: "words+distance+product",
    epochs: 8,
    minSteps: 200,
    maxSteps: 1500,
    learningRate: 2e-4,
    headLearningRate: 1e-3,
    dropout: 0.2,
  },
  // Random weights need a far higher rate than fine-tuning does.
  "luke-mini": { encoding: "pair", pairFeatures: "states", epochs: 8, minSteps: 600, learningRate: 6e-4 },
  checkpoint: { encoding: "pair", pairFeatures: "states", epochs: 8, minSteps: 200, learningRate: 2e-5 },
};

/** Fills in the model's defaults for settings that are not given. */
export function withModelDefaults<Config extends GivenSettings>(config: Config): Config & ModelDefaults {
  const defaults = recommended[builtInModels.find((model) => model === config.model) ?? "checkpoint"];
  // Markers stand in the text in pair encoding alone.
  const encoding = config.encoding ?? (config.markers === "plain" ? defaults.encoding : "pair");
  const longer = config.task === "both" ? bothFactor : 1;
  const hasLength = config.epochs !== undefined || config.maxSteps !== undefined;
  const isBounded = encoding === "document" && !hasLength && config.minSteps === undefined;
  return {
    ...config,
    encoding,
    // Where each pair is read for itself, the encoder compares the two: `states` are enough, and `transformers` has them.
    pairFeatures: config.pairFeatures ?? (encoding === "pair" ? "states" : defaults.pairFeatures),
    epochs: config.epochs ?? longer * defaults.epochs,
    minSteps: config.minSteps ?? (hasLength || !defaults.minSteps ? undefined : longer * defaults.minSteps),
    maxSteps: config.maxSteps ?? (isBounded && defaults.maxSteps ? longer * defaults.maxSteps : undefined),
    // An adapter starts from zero and has far fewer numbers to move.
    learningRate: config.learningRate ?? defaults.learningRate * (config.lora ? loraRateFactor : 1),
    headLearningRate: config.headLearningRate ?? defaults.headLearningRate,
    dropout: config.dropout ?? defaults.dropout,
  };
}
