// The encoders with an attention of their own on a GPU that is software; test/webgpu.long.test.ts runs them by the command.
import { describeGpuSteps } from "./support/gpu-steps.ts";

// mmbert is a shape of modernbert, with more layers.
await describeGpuSteps({ luke: 50, "deberta-v2": 50, modernbert: 50, mmbert: 3 });
