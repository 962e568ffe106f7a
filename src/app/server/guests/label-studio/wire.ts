import { z } from "zod";

/** The bodies that Label Studio sends to an ML backend and takes from it. The requests have more, which is not read. */
const id = z.union([z.string(), z.number()]);

export const setupRequest = z.looseObject({
  project: id.nullish().describe("The project's id, a dot and the seconds of its creation"),
  schema: z.string().nullish().describe("The labelling configuration"),
  hostname: z.string().nullish().describe("The address of Label Studio"),
  access_token: z.string().nullish().describe("The legacy token of the project's creator"),
});
export const setupResponse = z.object({ model_version: z.string() });

export const health = z.object({
  status: z.literal("UP"),
  model_class: z.string(),
  model: z.string(),
  model_version: z.string().optional(),
  training: z.boolean(),
});

export const predictRequest = z.looseObject({
  tasks: z.array(z.looseObject({ data: z.looseObject({}) })),
  label_config: z.string(),
  project: id.nullish(),
  params: z.looseObject({}).nullish(),
});
const prediction = z.object({
  result: z.array(z.looseObject({})),
  score: z.number().optional().describe("The certainty of the least certain answer"),
  model_version: z.string(),
});
export const predictResponse = z.object({ results: z.array(prediction), model_version: z.string() });

export const webhookRequest = z.looseObject({
  action: z.string().describe("ANNOTATION_CREATED, START_TRAINING, …; unknown ones are accepted"),
  project: z.looseObject({ id }).nullish(),
});
export const webhookResponse = z.object({
  status: z.enum(["ignored", "counted", "training"]),
  changes: z.int().optional().describe("Annotations since the last training"),
  job: z.string().optional(),
});

export const trainRequest = z.looseObject({ project: id.nullish() });
export const versions = z.object({ versions: z.array(z.string()) });
export const jobRequest = z.looseObject({ job: z.string() });
export const jobResponse = z.object({ job_status: z.enum(["queued", "started", "finished", "failed"]) });
export const anything = z.looseObject({});
export const empty = z.object({});
