import { z } from "zod";

/**
 * The bodies of the server's requests and responses: the one source of its validation, of the client's types and of
 * /openapi.json. Offsets are UTF-16 code units, the end exclusive.
 * @module
 */

const position = z.int().nonnegative();
const label = z.string().max(1000);

const span = z
  .strictObject({ start: position, end: position, type: label.optional(), text: z.string().optional() })
  .describe("A span by its offsets in UTF-16 code units, the end exclusive");
const words = z
  .strictObject({ text: z.string().min(1).max(1000), type: label.optional() })
  .describe("A span by its words, which stand in the text once");
const spanTuple = z.union([z.tuple([position, position]), z.tuple([position, position, label])]);

export const documentInput = z.strictObject({
  id: z.string().max(1000).optional().describe("Given back with the answer"),
  text: z.string(),
  entities: z
    .array(z.union([span, words, spanTuple]))
    .optional()
    .describe("The spans of entities; a model that finds entities needs none"),
  pairs: z
    .array(z.tuple([position, position]))
    .optional()
    .describe("The (head, tail) positions in entities to label; if absent, every ordered pair"),
});

export const relationsRequest = z.strictObject({
  model: z.string().min(1).max(200).optional().describe("The name of a model; may be left out if there is one only"),
  documents: z.array(documentInput).min(1),
  threshold: z.number().min(0).max(1).optional().describe("Leave out relations of a lower probability"),
  topK: z.int().min(1).optional().describe("Keep so many relations of each document, the most probable first"),
  relationsOnly: z.boolean().optional().describe("Leave out the pairs that have no relation; false if absent"),
  probabilities: z.boolean().optional().describe("Send one probability for each label as well; false if absent"),
});

const probabilities = z.record(z.string(), z.number()).optional();

const relationAnswer = z.object({
  head: position.describe("The position in entities"),
  tail: position,
  label: z.string(),
  probability: z.number(),
  threshold: z
    .number()
    .optional()
    .describe(
      "Where the label is not the most probable one because the model decides by thresholds: the least probability at which it gives the label or, if it gives none, the most probable relation",
    ),
  ruledOut: z
    .string()
    .optional()
    .describe(
      "The reason if the model was not asked, since no relation that it learnt joins the types of the pair; the label is then the one for no relation",
    ),
  labels: z.array(z.string()).optional().describe("All labels given, if a pair may have several"),
  probabilities,
  unscored: z.string().optional().describe("The reason if the pair was not scored"),
});

const entityAnswer = z.object({
  start: position,
  end: position,
  type: z.string(),
  text: z.string(),
  label: z.string().optional(),
  probability: z.number().optional(),
  probabilities,
  unscored: z.string().optional(),
});

const notice = z.object({
  code: z.string().describe("The stable name of its kind: type-unseen or type-absent"),
  message: z.string().describe("A sentence for the user, on all places together"),
  count: z.int(),
  places: z.array(
    z.object({
      at: z.string().describe("A place in the request, such as documents[0].entities[1]"),
      found: z.string().optional().describe("The type that stands there"),
    }),
  ),
});

export const relationsResponse = z.object({
  model: z.string(),
  version: z.string().describe("Changes with each reload"),
  documents: z.array(
    z.object({
      id: z.string().optional(),
      entities: z.array(entityAnswer),
      relations: z.array(relationAnswer),
      unscoredPairs: z.int().optional().describe("Pairs that the bounds of the model left unscored"),
    }),
  ),
  notices: z
    .array(notice)
    .optional()
    .describe(
      "Entities whose types say nothing to the model, and texts whose types leave no pair to ask about, with the first 5 places; absent if there are none",
    ),
});

export const explanationRequest = z.strictObject({
  model: relationsRequest.shape.model,
  document: documentInput.omit({ pairs: true }),
  head: position.describe("The position in entities"),
  tail: position,
  label: label.optional().describe("The label that is explained; that of the model's answer if absent"),
});

export const explanationResponse = z.object({
  model: z.string(),
  version: z.string(),
  head: position,
  tail: position,
  label: z.string(),
  against: z.string().optional().describe("The label rather than which; absent if a pair may have several labels"),
  evidence: z.number().describe("The logit of the label, less that of the other"),
  words: z
    .array(z.object({ start: position, end: position, text: z.string(), score: z.number() }))
    .describe("Every word that the model read, with its share in the evidence: gradient times input"),
  types: z.number().describe("The share of the types of entities"),
  others: z.number().describe("The share of markers and of other tokens that the text does not have"),
});

export const errorTypes = [
  "bad_request",
  "unauthorized",
  "forbidden",
  "not_found",
  "method_not_allowed",
  "conflict",
  "gone",
  "too_large",
  "unsupported_media_type",
  "invalid",
  "overloaded",
  "internal",
  "unavailable",
  "deadline_exceeded",
] as const;

export const errorResponse = z.object({
  error: z.string().describe("A sentence for the user"),
  error_type: z.enum(errorTypes),
  request_id: z.string(),
});

export const health = z.object({ status: z.enum(["ok", "starting", "stopping"]) });
export const live = z.object({ live: z.boolean() });
export const ready = z.object({ live: z.boolean(), ready: z.boolean() });
export const modelReady = z.object({ name: z.string(), ready: z.boolean() });

export const serverMetadata = z.object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) });

const datatype = z.enum(["BYTES", "INT32", "FP32"]);
const tensorMetadata = z.object({ name: z.string(), datatype, shape: z.array(z.int()) });
export const modelMetadata = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(tensorMetadata),
  outputs: z.array(tensorMetadata),
});

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export const inferRequest = z.object({
  id: z.string().max(1000).optional(),
  parameters: parameters.optional(),
  inputs: z.array(
    z.object({
      name: z.string(),
      shape: z.array(z.int().nonnegative()),
      datatype: z.string(),
      parameters: parameters.optional(),
      data: z.array(z.unknown()),
    }),
  ),
  outputs: z.array(z.object({ name: z.string(), parameters: parameters.optional() })).optional(),
});
export const inferResponse = z.object({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().optional(),
  outputs: z.array(
    z.object({
      name: z.string(),
      shape: z.array(z.int().nonnegative()),
      datatype,
      data: z.array(z.union([z.string(), z.number()])),
    }),
  ),
});

export const modelFacts = z.object({
  name: z.string(),
  version: z.string(),
  ready: z.boolean(),
  source: z.string(),
  kind: z.string().describe("What it classifies: pair, entity, span, token or biaffine"),
  finds: z.boolean().describe("Whether it finds the entities of a text that comes without"),
  explains: z.boolean().describe("Whether /v1/explanations explains its answers"),
  labels: z.array(z.string()),
  noRelationLabel: z.string().optional(),
  entityTypes: z.array(z.string()),
});

export const serverInfo = z.object({
  relata: z.string(),
  onnxruntime: z.string(),
  models: z.array(modelFacts),
  limits: z.object({
    maxBody: z.int(),
    maxDocs: z.int(),
    maxSpans: z.int(),
    maxChars: z.int(),
    maxQueue: z.int(),
    batchTokens: z.int(),
    deadline: z.number(),
  }),
  annotates: z.boolean().describe("Whether there are documents to annotate"),
});

export const reloadResponse = z.object({ name: z.string(), version: z.string() });

export type DocumentInput = z.input<typeof documentInput>;
export type RelationsRequest = z.input<typeof relationsRequest>;
export type RelationsResponse = z.output<typeof relationsResponse>;
export type ExplanationRequest = z.input<typeof explanationRequest>;
export type ExplanationResponse = z.output<typeof explanationResponse>;
export type ErrorResponse = z.output<typeof errorResponse>;
export type ErrorType = ErrorResponse["error_type"];
export type ServerInfo = z.output<typeof serverInfo>;
export type InferRequest = z.input<typeof inferRequest>;
export type InferResponse = z.output<typeof inferResponse>;
