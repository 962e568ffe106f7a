import { z } from "zod";

/** Settings of training by several processes, by the names of torchrun and `torch.distributed.init_process_group`. */
export const rankSettings = z.strictObject({
  nprocPerNode: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe("Train by this many processes of this machine (ranks), which share each batch (docs/ranks.md)"),
  rendezvous: z
    .string()
    .regex(/^(?:env:\/\/|tcp:\/\/.+:\d+)$/, "expected tcp://HOST:PORT or env://")
    .optional()
    .describe("Train with ranks elsewhere: tcp://HOST:PORT of rank 0, or env:// as torchrun and Slurm set it"),
  rank: z.int().min(0).optional().describe("With --rendezvous tcp://…: the number of this process, from 0"),
  worldSize: z.int().min(1).max(4096).optional().describe("With --rendezvous tcp://…: the number of processes in all"),
  rankTimeout: z
    .number()
    .positive()
    .max(86_400)
    .optional()
    .describe("With ranks: seconds of silence of one that end the run, with a checkpoint (default 600)"),
});
export type RankSettings = z.infer<typeof rankSettings>;

/** The names of these settings, to leave them out of a schema. */
export const rankFields = {
  nprocPerNode: true,
  rendezvous: true,
  rank: true,
  worldSize: true,
  rankTimeout: true,
} as const satisfies Record<keyof RankSettings, true>;

export const usualTimeout = 600;
