import { z } from "zod";

/** The settings that everything with a queue has in common. */
export const queueUrl = z
  .string()
  .min(1)
  .describe("URL of Redis or Valkey, as redis://:PASSWORD@HOST:6379; needs the packages bullmq and ioredis");

/** @param job the thing that a worker takes, in words */
export const lockSeconds = (job: string) =>
  z
    .number()
    .min(1)
    .default(30)
    .describe(`Give ${job} to another worker if the one that took it has been silent for this long`);
