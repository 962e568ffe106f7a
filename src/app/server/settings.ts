import { z } from "zod";
import { predictConfig } from "../../index.ts";

const count = (fallback: number, help: string): z.ZodDefault<z.ZodInt> =>
  z.int().positive().default(fallback).describe(help);
const { entities, noRelationLabel, maxPairs, dtype, threads } = predictConfig.shape;

/** Settings of `relata serve`. */
export const serveConfig = z.strictObject({
  host: z.string().min(1).default("127.0.0.1").describe("Address to listen on; 0.0.0.0 for every network"),
  port: z.int().min(0).max(65535).default(8080).describe("Port to listen on; 0 for any free one, which is printed"),
  token: z
    .string()
    .min(1)
    .optional()
    .describe("Bearer token that requests need; better in the variable RELATA_TOKEN, which others cannot list"),
  adminToken: z
    .string()
    .min(1)
    .optional()
    .describe("Bearer token that reloads need; better in the variable RELATA_ADMIN_TOKEN"),
  corsOrigin: z
    .string()
    .min(1)
    .optional()
    .describe("Origins whose pages may ask, with commas between them: https://a.example,https://b.example"),
  allowedHost: z
    .string()
    .min(1)
    .optional()
    .describe("Further names of this server in the Host header, with commas between them"),
  maxBody: count(2_000_000, "Most bytes of a request"),
  maxDocs: count(128, "Most documents of a request"),
  maxSpans: count(500, "Most spans of a document"),
  maxChars: count(100_000, "Most UTF-16 code units of a document"),
  maxQueue: count(500_000, "Most tokens that wait for a model, estimated; then requests are answered 429"),
  batchTokens: count(8192, "Most tokens of one batch, estimated"),
  deadline: z.number().positive().default(30).describe("Most seconds from a request to its answer; then 504"),
  drain: z.number().nonnegative().default(30).describe("Most seconds for accepted requests after the signal to stop"),
  inProcess: z
    .boolean()
    .default(false)
    .describe(
      "Run models in threads of the server instead of processes of their own: less memory, but a crash ends all",
    ),
  entities,
  noRelationLabel,
  maxPairs,
  dtype,
  threads,
});
export type ServeConfig = z.infer<typeof serveConfig>;
