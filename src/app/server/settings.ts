import { z } from "zod";
import { predictConfig, textUnits } from "../../index.ts";

const count = (fallback: number, help: string): z.ZodDefault<z.ZodInt> =>
  z.int().positive().default(fallback).describe(help);
const { entities, noRelationLabel, maxPairs, dtype, device, threads } = predictConfig.shape;

/** Settings of `relata serve`. */
export const serveConfig = z.strictObject({
  base: z
    .string()
    .min(1)
    .optional()
    .describe("Base of the models, which then are adapters over it: its weights are in memory once, for all of them"),
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
  maxQueue: count(
    500_000,
    "Most tokens that wait for a model or are computed, estimated; then requests are answered 429",
  ),
  batchTokens: count(8192, "Most tokens of one batch, estimated; a batch is also cut at half a second of work"),
  maxGuestBody: count(32_000_000, "Most bytes of a request of an annotation tool, which sends many texts at once"),
  trained: z
    .string()
    .min(1)
    .optional()
    .describe("Folder for models that are trained on the annotations of Label Studio and INCEpTION; else none are"),
  trainConfig: z
    .string()
    .min(1)
    .optional()
    .describe("With --trained: file of settings for these runs (default: those of the run that made the model)"),
  trainAfter: z
    .int()
    .min(0)
    .optional()
    .describe(
      "With --trained: annotations of Label Studio after which a training begins by itself (default 20); 0 for never",
    ),
  trainQuiet: z
    .number()
    .min(0)
    .optional()
    .describe("With --trained: seconds without an annotation before such a training (default 60)"),
  labelStudioUrl: z
    .string()
    .regex(/^https?:\/\/[^/?#]+[^?#]*$/, "expected an address, as http://localhost:8080")
    .optional()
    .describe(
      "Address of Label Studio for fetching annotations; also LABEL_STUDIO_URL (default: the one that it sends)",
    ),
  labelStudioToken: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Access token of Label Studio, of either kind, for --label-studio-url; better in the variable LABEL_STUDIO_API_KEY",
    ),
  deadline: z.number().positive().default(30).describe("Most seconds from a request to its answer; then 504"),
  drain: z.number().nonnegative().default(30).describe("Most seconds for accepted requests after the signal to stop"),
  annotate: z
    .string()
    .min(1)
    .optional()
    .describe("Documents to annotate on the page, in any annotation format: a file or a folder"),
  textUnit: z
    .enum(textUnits)
    .optional()
    .describe(
      "With --annotate and .txt: each line is a document, each paragraph, or each file (default: line if lines end as sentences do and none is empty, else file)",
    ),
  annotations: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Folder for the annotations and the models learnt from them (default: beside the documents, NAME-annotated)",
    ),
  open: z.boolean().default(false).describe("Open the page of the server in a browser once the models are warm"),
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
  device,
  threads,
});
export type ServeConfig = z.infer<typeof serveConfig>;
