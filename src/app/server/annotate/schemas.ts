import { z } from "zod";

const id = z.string().min(1).max(64);
const count = z.int().nonnegative();
const name = z.string().max(200);
const entity = z.strictObject({ id, start: count, end: count, type: name });
const relation = z.strictObject({
  id,
  head: id,
  tail: id,
  label: z.string().min(1).max(200),
  probability: z.number().min(0).max(1).optional(),
});
const status = z.enum(["open", "done", "skipped"]);

const single = [
  z.strictObject({ kind: z.literal("add-entity"), entity }),
  z.strictObject({ kind: z.literal("remove-entity"), id }),
  z.strictObject({ kind: z.literal("set-type"), id, type: name }),
  z.strictObject({ kind: z.literal("set-span"), id, start: count, end: count }),
  z.strictObject({ kind: z.literal("add-relation"), relation }),
  z.strictObject({ kind: z.literal("remove-relation"), id }),
  z.strictObject({ kind: z.literal("set-label"), id, label: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal("set-status"), status }),
] as const;

const marked = z.strictObject({ entities: z.array(entity), relations: z.array(relation), status });
const proposer = z
  .strictObject({ model: z.string().max(1000), version: z.string().max(200) })
  .optional()
  .describe("The model that proposed the annotations; absent if they come from the file, or there were none");
const annotator = z.string().trim().min(1).max(60);

/** The annotations that the annotator saw before the first act. */
const start = z.strictObject({ marked, by: proposer });

export const actsRequest = z.strictObject({
  annotator,
  client: z.string().min(1).max(64).describe("Names a browser tab, so that an act that is sent twice counts once"),
  first: count.describe("The number of the first of the acts within the client"),
  acts: z
    .array(
      z.discriminatedUnion("kind", [
        ...single,
        z.strictObject({ kind: z.literal("all"), acts: z.array(z.discriminatedUnion("kind", single)) }),
      ]),
    )
    .min(1)
    .max(100),
  start: start.describe("The annotations before the first act"),
});
export const actsResponse = z.object({ revision: count, marked });

export const markedDocument = z.object({
  number: count,
  id: z.string(),
  text: z.string(),
  marked,
  revision: count.describe("How many acts there are; 0 if the annotations are a proposal"),
  by: proposer,
  others: z.array(z.object({ annotator: z.string(), marked })),
});

const figures = z.object({
  uncertainty: z
    .number()
    .optional()
    .describe("How unsure the model is of the document, from 0 to 1; absent where it has proposed nothing"),
  suspicion: z.number().describe("How surely the model contradicts the annotations of the file, from 0 to 1"),
  rare: z.string().optional().describe("The label of which few are annotated, if the document has its place for that"),
});
const trainingStates = z.enum(["none", "running", "done", "stopped", "failed"]);
export const projectResponse = z.object({
  name: z.string(),
  model: z.string(),
  version: z.string(),
  types: z.array(z.string()),
  labels: z.array(z.string()),
  noRelationLabel: z.string().optional(),
  annotators: z.array(z.string()),
  fits: z
    .array(z.object({ head: z.string(), tail: z.string(), labels: z.array(z.string()) }))
    .describe("The labels that are annotated between entities of these types"),
  needsEntities: z.boolean().describe("Whether there are texts without entities, and the model finds none"),
  proposed: count.describe("For so many documents there is a proposal"),
  folder: z.string(),
  notices: z.array(z.string()).describe("What was left out or treated specially while reading the documents"),
  documents: z
    .array(
      z.object({
        number: count,
        id: z.string(),
        beginning: z.string(),
        status,
        done: z.array(z.string()).describe("Who has finished it"),
        differences: count.describe("Annotations that those who have finished it do not agree on"),
        figures: figures.optional(),
      }),
    )
    .describe("In the order in which they should be annotated"),
  training: trainingStates,
});

const point = z.object({ step: z.number(), value: z.number() });
const compared = z.object({
  label: z.string(),
  support: count,
  old: z.number(),
  new: z.number(),
});
export const trainingResponse = z.object({
  state: trainingStates,
  message: z.string(),
  documents: z.object({ train: count, heldOut: count }),
  loss: z.array(point),
  f1: z.array(point),
  totalSteps: z.number().optional(),
  folder: z.string().optional(),
  comparison: z
    .object({ heldOut: count, old: z.number(), new: z.number(), perLabel: z.array(compared) })
    .optional()
    .describe("Relation micro F1 of the old model and the new one on documents that neither was trained on"),
  lost: z.array(z.string()).describe("Labels of the old model that the new one does not know"),
  isUsed: z.boolean(),
});
export const formerResponse = z.object({
  files: z
    .array(z.object({ name: z.string(), sha256: z.string(), isFound: z.boolean() }))
    .describe("The files that the current model learnt from; none if its folder names none"),
});
export const differencesResponse = z.object({
  differences: z.array(
    z.object({
      kind: z.enum(["entity", "relation"]),
      words: z.string(),
      by: z.array(z.string()),
      not: z.array(z.string()),
    }),
  ),
});
export const usedResponse = z.object({ model: z.string(), version: z.string() });
export const empty = z.strictObject({});

export type ActsRequest = z.output<typeof actsRequest>;
export type TrainingState = z.output<typeof trainingResponse>;
export const trainRequest = z.strictObject({
  withFormer: z
    .boolean()
    .describe("Also train on the documents that the current model learnt from, whose files must be at hand"),
});
