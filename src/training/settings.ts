import { z } from "zod";
import { deviceNames } from "../device-names.ts";
import { precisionNames } from "../precision-names.ts";

/** Settings of training, with the names of the Hugging Face Trainer. */
export const trainingSettings = z.strictObject({
  epochs: z
    .number()
    .positive()
    .optional()
    .describe("Number of passes over the training examples (default 8, of --task both 16; --min-steps raises it)"),
  minSteps: z
    .int()
    .positive()
    .optional()
    .describe(
      "Train for at least this many optimizer steps, however few texts there are, with as many evaluations as --epochs " +
        "(default: 600 for luke-mini, 200 otherwise, twice that of --task both, unless --epochs or --max-steps is given)",
    ),
  maxSteps: z
    .int()
    .positive()
    .optional()
    .describe(
      "Stop after this many optimizer steps, even if --epochs would take more (default: 1500 for relata-mini in document encoding, 3000 of --task both, " +
        "unless --epochs or --min-steps is given)",
    ),
  batchSize: z
    .int()
    .positive()
    .optional()
    .describe(
      "Texts per optimizer step: pairs in pair encoding (default 32), documents in document encoding (default 1 to 16, which gives about 200 ordered pairs)",
    ),
  gradientAccumulationSteps: z
    .int()
    .positive()
    .default(1)
    .describe("Split each batch into this many parts, for memory; the result is the same but for dropout"),
  lowMemory: z
    .boolean()
    .default(false)
    .describe("Less memory, a quarter more time: activations of layers are recomputed instead of kept"),
  learningRate: z
    .number()
    .positive()
    .optional()
    .describe(
      "Learning rate at its peak, after warm-up (default: 2e-4 for relata-mini, 6e-4 for luke-mini, 2e-5 otherwise; with --lora five times as much)",
    ),
  headLearningRate: z
    .number()
    .positive()
    .optional()
    .describe(
      "Peak learning rate of the classification head and of the entities that stand for types (default: 1e-3 for " +
        "relata-mini, --learning-rate otherwise)",
    ),
  layerDecay: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe(
      "Lower layers learn more slowly: layer i of L at --learning-rate times this number to the power L - i, embeddings as " +
        "layer 0, the head at its own rate (0.9 or 0.95 are usual)",
    ),
  freezeLayers: z
    .int()
    .min(0)
    .optional()
    .describe(
      "Leave the embeddings, those of types too, and this many of the first layers as they are; a step is cheaper by their gradients",
    ),
  warmupRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.06)
    .describe("Fraction of the steps in which the learning rate rises from 0"),
  classWeights: z
    .enum(["none", "balanced", "sqrt"])
    .default("none")
    .describe(
      "Weight of each label in the loss: none (all equal), balanced as in scikit-learn (pairs / (labels x count)), or its square root",
    ),
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe(
      "Part of each target that is spread over all labels, as in PyTorch's CrossEntropyLoss (0.1 is usual); with --multi-label each target moves towards one half",
    ),
  focalGamma: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe(
      "Focal loss: weigh each answer by (1 - its probability) to this power, so that what is hard counts more (2 is usual)",
    ),
  weightDecay: z
    .number()
    .min(0)
    .default(0.01)
    .describe("Decoupled weight decay of AdamW; biases and LayerNorm weights are not decayed"),
  adamBeta1: z.number().min(0).lt(1).default(0.9).describe("Decay rate of AdamW's first moment (beta1)"),
  adamBeta2: z.number().min(0).lt(1).default(0.999).describe("Decay rate of AdamW's second moment (beta2)"),
  adamEpsilon: z.number().positive().default(1e-8).describe("Number added to AdamW's denominator (epsilon)"),
  maxGradNorm: z.number().min(0).default(1).describe("Clip the gradient norm to this value; 0 disables clipping"),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe(
      "Dropout probability of hidden values in training (default: 0.2 for relata-mini, that of the model's config otherwise)",
    ),
  attentionDropout: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe("Dropout probability of attention weights in training (default: that of the model's config)"),
  evalSteps: z.int().positive().optional().describe("Evaluate after every this many steps (default: after each epoch)"),
  patience: z.int().positive().optional().describe("Stop after this many evaluations without a better score"),
  seed: z
    .int()
    .min(0)
    .default(42)
    .describe("Seed of the split, fresh weights, data order and dropout; the same seed gives the same model"),
  device: z
    .enum(deviceNames)
    .default("cpu")
    .describe(
      "Processor of the graphs: cpu; webgpu, a GPU by Vulkan, Metal or Direct3D 12; cuda, with the provider installed; " +
        "auto, webgpu if it can be opened. Results are equal to about 1e-5 between devices, not to the byte",
    ),
  precision: z
    .enum(precisionNames)
    .default("fp32")
    .describe(
      "Numbers that the products of training multiply: fp32; fp16, with a dynamic loss scale, or bf16, where the device has " +
        "kernels for them (docs/devices.md). Weights, AdamW, softmax, layer normalization and loss stay float32",
    ),
  threads: z
    .int()
    .min(0)
    .default(0)
    .describe("CPU threads for ONNX Runtime; 0 uses all physical cores; a training run stores their number"),
});

export type TrainingSettings = z.infer<typeof trainingSettings>;
