import { z } from "zod";
import { quote } from "../../quote.ts";
import { DataError, type SourceLocation } from "../../errors.ts";
import { entityObject, entityTuple, position, relataLine } from "../../formats/relata/schema.ts";
import { describe, fit } from "../../formats/source/json-line.ts";
import type { ExplainedPair } from "./explanation.ts";
import { checkPredictionInput, type PredictionInput } from "./prediction-input.ts";

/**
 * A span as a program may give it: offsets in UTF-16 code units, end exclusive, as an object or a list; or the words of
 * the text that it covers, which must stand there once.
 */
export type GivenEntity =
  | { readonly start: number; readonly end: number; readonly type?: string | undefined }
  | readonly [start: number, end: number, type?: string | undefined]
  | { readonly text: string; readonly type?: string | undefined };

/** A text with its entities as a program may give it; a model that finds entities needs none. */
export interface GivenInput extends Omit<PredictionInput, "entities"> {
  readonly entities?: readonly GivenEntity[] | undefined;
}

/** An input to predict of the wrong shape; `key` is the path of the wrong part, as `entities[0].start`. */
export class PredictionInputError extends DataError {
  override readonly name = "PredictionInputError";
  readonly key: string;
  constructor(key: string, expected: string, found: string, at?: SourceLocation) {
    const subject = key === "" ? "the input" : key;
    super(`Cannot predict: ${subject}: expected ${expected}, found ${found}.`, at);
    this.key = key;
  }
}

/** The keys of a line of a relata file that a prediction needs; its entities are looked at one by one. */
const frame = z.object({
  id: relataLine.shape.id,
  text: relataLine.shape.text,
  entities: z.array(z.unknown()),
  pairs: z.array(z.tuple([position, position])).nullish(),
});
const frameWithout = frame.extend({ entities: z.array(z.unknown()).nullish() });
const words = z.object({ text: z.string().min(1), type: entityObject.shape.type });
const shape = '{ text: "I read it.", entities: [{ start: 0, end: 1 }, …] }';
const entityShape = "{ start, end, type? }, [start, end, type?] or { text, type? }";

/**
 * Reads one text with its entities, checked by the schema of relata files.
 * @param at its place among other inputs
 * @param finds whether the model finds the entities of a text that comes without
 * @throws PredictionInputError naming the key that is missing or wrong; DataError for a span that cannot be marked
 */
export function readGivenInput(given: unknown, at?: SourceLocation, finds = false): PredictionInput {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new PredictionInputError("", shape, describe(given), at);
  const { id, text, entities, pairs } = fitted(finds ? frameWithout : frame, given, [], at);
  const input: PredictionInput = {
    id: id == null ? undefined : String(id),
    text,
    entities: (entities ?? []).map((entity, i) => readEntity(text, entity, i, at)),
    pairs: pairs ?? undefined,
  };
  checkPredictionInput(input, at);
  return input;
}

const explained = z.strictObject({ head: position, tail: position, label: z.string().optional() });

/** Checks the pair to explain. @throws PredictionInputError naming the key that is missing, wrong or unknown */
export function readExplainedPair(given: unknown): ExplainedPair {
  const key =
    typeof given === "object" && given !== null && Object.keys(given).find((name) => !(name in explained.shape));
  if (key) throw new PredictionInputError(key, "no key but head, tail and label", quote(key));
  return fitted(explained, given, []);
}

function readEntity(text: string, given: unknown, i: number, at?: SourceLocation): PredictionInput["entities"][number] {
  const path = ["entities", i];
  if (Array.isArray(given)) {
    const [start, end, type] = fitted(entityTuple, given, path, at);
    return { start, end, type };
  }
  if (typeof given !== "object" || given === null)
    throw new PredictionInputError(`entities[${i}]`, entityShape, describe(given), at);
  if ("start" in given || "end" in given) {
    const { start, end, type, text: recorded } = fitted(entityObject, given, path, at);
    const found = text.slice(start, end);
    if (typeof recorded === "string" && recorded !== found) {
      const expected = `${quote(found)}, which stands from ${start} to ${end}`;
      throw new PredictionInputError(`entities[${i}].text`, expected, quote(recorded), at);
    }
    return { start, end, type: type ?? undefined };
  }
  if (!("text" in given)) throw new PredictionInputError(`entities[${i}]`, entityShape, describe(given), at);
  const { text: surface, type } = fitted(words, given, path, at);
  const start = onlyOccurrence(text, surface, i, at);
  return { start, end: start + surface.length, type: type ?? undefined };
}

/** Where words stand in a text. @throws PredictionInputError unless they stand there exactly once. */
function onlyOccurrence(text: string, surface: string, i: number, at?: SourceLocation): number {
  const places: number[] = [];
  for (let from = text.indexOf(surface); from >= 0; from = text.indexOf(surface, from + 1)) places.push(from);
  if (places.length === 1) return places[0]!;
  const found =
    places.length === 0
      ? `${quote(surface)}, which does not`
      : `${quote(surface)}, which stands there ${places.length} times (at ${places.slice(0, 5).join(", ")}${places.length > 5 ? ", …" : ""}): give start and end of the one that is meant`;
  throw new PredictionInputError(`entities[${i}].text`, "words that stand in the text once", found, at);
}

function fitted<T>(schema: z.ZodType<T>, value: unknown, path: readonly PropertyKey[], at?: SourceLocation): T {
  const result = fit(schema, value, path);
  if ("data" in result) return result.data;
  throw new PredictionInputError(result.key, result.expected, result.found, at);
}
