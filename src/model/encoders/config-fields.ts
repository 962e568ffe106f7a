import { z } from "zod";
import { DataError } from "../../errors.ts";
import { plural } from "../../quote.ts";

const atMost = (limit: number): z.ZodInt =>
  z.int().positive().max(limit, `expected ${limit} at most, far more than any model has`);
/** The size of a table or of a layer. Arrays and graphs are made by sizes before a weight is read, so absurd ones are refused. */
export const size = atMost(2 ** 26);
/** A number of layers or heads. */
export const count = atMost(1000);
/** A chance of dropout. */
export const probability = z.number().min(0).lt(1);
/** The only value of a key that Relata has, and why. */
export const only = <const T extends string | number | boolean>(value: T, reason: string): z.ZodLiteral<T> =>
  z.literal(value, `expected ${JSON.stringify(value)}: ${reason}`);

/** How a family is named in errors, and the file that is read. */
export interface ConfigPlace {
  /** `bert config`. */
  readonly kind: string;
  readonly file: string;
}

/** @throws DataError that says what is wrong with the configuration of an encoder */
export function refuseConfig({ kind, file }: ConfigPlace, problem: string): never {
  throw new DataError(`Cannot read the model's configuration as a ${kind}:\n${problem}`, { file });
}

/** Reads config.json against a family's schema. @throws DataError naming the keys that are missing or wrong */
export function readConfig<T extends { hidden_size: number; num_attention_heads: number }>(
  schema: z.ZodType<T>,
  json: unknown,
  place: ConfigPlace,
): T {
  const parsed = schema.safeParse(json);
  if (!parsed.success) return refuseConfig(place, z.prettifyError(parsed.error));
  const { hidden_size: hidden, num_attention_heads: heads } = parsed.data;
  if (hidden % heads === 0) return parsed.data;
  return refuseConfig(
    place,
    `hidden_size ${hidden} is not a multiple of num_attention_heads ${heads}, so heads have no size.`,
  );
}

/** The sizes that every family of transformers has. */
interface LayerSizes {
  readonly numHiddenLayers: number;
  readonly hiddenSize: number;
  readonly numAttentionHeads: number;
  readonly intermediateSize: number;
}

/** Describes the sizes of an encoder's layers for people. */
export const describeLayers = (sizes: LayerSizes): string =>
  `${plural(sizes.numHiddenLayers, "layer")}, hidden ${sizes.hiddenSize}, ` +
  `${plural(sizes.numAttentionHeads, "head")}, intermediate ${sizes.intermediateSize}`;
