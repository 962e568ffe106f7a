// BERT and the encoders with its attention on a GPU that is software; test/webgpu.long.test.ts runs them by the command.
import { describeGpuSteps } from "./support/gpu-steps.ts";

// The graphs of xlm-roberta and camembert are roberta's: where they differ, in ids and positions, few steps show it.
await describeGpuSteps({ bert: 50, roberta: 50, "xlm-roberta": 3, camembert: 3, distilbert: 50 });
