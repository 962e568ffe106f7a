import { z } from "zod";
import { rankFields } from "../../ranks/settings.ts";

/** Settings of the checkpoints of a run, with the names of the Hugging Face Trainer. */
export const checkpointSettings = z.strictObject({
  resume: z
    .boolean()
    .default(false)
    .describe(
      "Go on with the run in the output folder from its newest whole checkpoint, with its settings; the result is the same as without the interruption",
    ),
  saveSteps: z
    .int()
    .min(0)
    .optional()
    .describe(
      "Write a checkpoint after every this many steps; 0 writes none (default: after each evaluation, as long as that takes less than a thirtieth of the time)",
    ),
  saveTotalLimit: z
    .int()
    .positive()
    .optional()
    .describe(
      "Keep the newest this many checkpoints, also after the run has ended (default: two, which are removed at its end)",
    ),
});
export type CheckpointSettings = z.infer<typeof checkpointSettings>;

/** Where the numbers of a run are shown while it goes on. */
export const trackingSettings = z.strictObject({
  tensorboard: z
    .boolean()
    .default(false)
    .describe("Write losses and scores as an event file of TensorBoard into the output folder"),
});

/** The checkpoints that are kept while a run goes on: if one is damaged, there is another. */
export const usualLimit = 2;

/** Settings of which the weights of a run know nothing, and its model folder neither. */
export const settingsOfTheCall: ReadonlySet<string> = new Set([
  "output",
  "overwrite",
  ...Object.keys(checkpointSettings.shape),
  ...Object.keys(trackingSettings.shape),
  ...Object.keys(rankFields),
]);
