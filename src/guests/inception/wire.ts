import { z } from "zod";
import { anyId } from "../../formats/ids.ts";
import { fit } from "../../formats/source/json-line.ts";
import { DataError } from "../../errors.ts";
import { parseBody } from "../body.ts";

const range = z.object({ begin: z.int(), end: z.int() });

const document = z.looseObject({ xmi: z.string(), documentId: anyId.nullish(), userId: z.string().nullish() });

const metadata = z.looseObject({
  layer: z.string().min(1),
  feature: z.string().min(1),
  projectId: anyId.nullish(),
  crossSentence: z.boolean().nullish(),
  /** The part of the text that is on the screen. */
  range: range.nullish(),
});

const tagset = z.looseObject({
  tags: z.array(z.looseObject({ tag: z.string() })),
  targets: z.array(z.looseObject({ type: z.string(), feature: z.string() })).nullish(),
});

const predictRequest = z.looseObject({
  typeSystem: z.string(),
  document,
  metadata,
  tagsets: z.array(tagset).nullish(),
});
export type PredictRequest = z.infer<typeof predictRequest>;

const trainRequest = z.looseObject({ typeSystem: z.string(), documents: z.array(document).min(1), metadata });
export type TrainRequest = z.infer<typeof trainRequest>;

function parsed<T>(schema: z.ZodType<T>, body: Uint8Array): T {
  const result = fit(schema, parseBody(body));
  if ("data" in result) return result.data;
  throw new DataError(`${result.key || "The body"}: expected ${result.expected}, found ${result.found}.`);
}

/** Reads INCEpTION's request for suggestions. @throws DataError for a body that is none */
export const parsePredictRequest = (body: Uint8Array): PredictRequest => parsed(predictRequest, body);

/** Reads INCEpTION's request for a training. @throws DataError for a body that is none */
export const parseTrainRequest = (body: Uint8Array): TrainRequest => parsed(trainRequest, body);
