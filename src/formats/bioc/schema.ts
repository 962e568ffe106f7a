import { z } from "zod";
import { anyId } from "../ids.ts";

const infons = z.record(z.string(), z.unknown()).nullish();
const id = anyId;

const annotation = z.object({
  id: id.nullish(),
  infons,
  text: z.string().nullish(),
  locations: z.array(z.object({ offset: z.int(), length: z.int() })).nullish(),
});
export type Annotation = z.infer<typeof annotation>;

const relation = z.object({
  id: id.nullish(),
  infons,
  nodes: z.array(z.object({ refid: id, role: z.string().nullish() })).nullish(),
});
export type Relation = z.infer<typeof relation>;

const annotated = { annotations: z.array(annotation).nullish(), relations: z.array(relation).nullish() };
const sentence = z.object({ offset: z.int(), text: z.string().nullish(), ...annotated });
const passage = sentence.extend({ infons, sentences: z.array(sentence).nullish() });
export type Passage = z.infer<typeof passage>;

export const biocDocument = z.object({ id: id.nullish(), infons, passages: z.array(passage), ...annotated });
export type BiocDocument = z.infer<typeof biocDocument>;

/** The object around documents: a collection, or a response of PubTator 3. */
export const collection = z.object({
  source: z.unknown().optional(),
  date: z.unknown().optional(),
  key: z.unknown().optional(),
  infons: z.unknown().optional(),
  documents: z.array(z.unknown()).nullish(),
  PubTator3: z.array(z.unknown()).nullish(),
});
