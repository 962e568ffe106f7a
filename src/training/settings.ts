import { z } from "zod";

/** How a model is trained. Names are those of the Hugging Face Trainer. */
export const trainingSettings = z.strictObject({
  epochs: z.number().positive().optional().describe("How often every training example is seen (default 8)"),
  minSteps: z
    .int()
    .positive()
    .optional()
    .describe(
      "Train for this many optimizer steps at least, however few texts there are, in as many evaluations as --epochs " +
        "(default: 200 for relata-mini, unless --epochs or --max-steps is given)",
    ),
  maxSteps: z
    .int()
    .positive()
    .optional()
    .describe(
      "Stop after this many optimizer steps, whatever the epochs say (default: 1500 for relata-mini in document encoding, " +
        "unless --epochs or --min-steps is given)",
    ),
  batchSize: z
    .int()
    .positive()
    .optional()
    .describe(
      "Texts per optimizer step: pairs in pair encoding (default 32), documents in document encoding (default 1 to 16, so that they have some 200 ordered pairs)",
    ),
  gradientAccumulationSteps: z
    .int()
    .positive()
    .default(1)
    .describe("Split each batch into this many parts to save memory; but for dropout, the result is the same"),
  lowMemory: z
    .boolean()
    .default(false)
    .describe("Train in less memory and a quarter more time: layers are computed twice instead of kept"),
  learningRate: z
    .number()
    .positive()
    .optional()
    .describe("Highest learning rate (default: 2e-4 for relata-mini, 6e-4 for luke-mini, 2e-5 otherwise)"),
  headLearningRate: z
    .number()
    .positive()
    .optional()
    .describe(
      "Highest learning rate of the classifier on the encoder, and of the entities that stand for types (default: 1e-3 for " +
        "relata-mini, else that of --learning-rate)",
    ),
  warmupRatio: z.number().min(0).max(1).default(0.06).describe("Share of the steps over which the learning rate rises"),
  classWeights: z
    .enum(["none", "balanced", "sqrt"])
    .default("none")
    .describe(
      "Weight of each label in the loss: equal, by scikit-learn's balanced (pairs / (labels x count)), or its square root",
    ),
  weightDecay: z
    .number()
    .min(0)
    .default(0.01)
    .describe("Decoupled weight decay of AdamW; biases and LayerNorm are spared"),
  adamBeta1: z.number().min(0).lt(1).default(0.9).describe("Decay of AdamW's first moment"),
  adamBeta2: z.number().min(0).lt(1).default(0.999).describe("Decay of AdamW's second moment"),
  adamEpsilon: z.number().positive().default(1e-8).describe("Added to AdamW's denominator"),
  maxGradNorm: z.number().min(0).default(1).describe("Longest gradient; longer ones are scaled down, 0 turns it off"),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe(
      "Share of hidden values dropped while training (default: 0.2 for relata-mini, else that of the model's config)",
    ),
  attentionDropout: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe("Share of attention weights dropped while training; the model's config if not given"),
  evalSteps: z.int().positive().optional().describe("Evaluate every so many steps (default: once an epoch)"),
  patience: z.int().positive().optional().describe("Stop after this many evaluations without a better score"),
  seed: z
    .int()
    .min(0)
    .default(42)
    .describe("Decides split, weights, order and dropout; the same seed gives the same model"),
  threads: z.int().min(0).default(0).describe("CPU threads for ONNX Runtime; 0 takes the physical cores"),
});

export type TrainingSettings = z.infer<typeof trainingSettings>;
