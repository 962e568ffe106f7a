import {
  add,
  cast,
  constant,
  cumSum,
  expand,
  firstSlots,
  greaterOrEqual,
  input,
  max,
  mul,
  reduceSum,
  reshape,
  sub,
  type Dim,
  type Shape,
  type Tensor,
} from "../autodiff/index.ts";

/** The inputs that an exported graph may have, in their order there: the shape of each, and its meaning for its users. */
const kinds = {
  input_ids: { shape: ["batch", "words"], meaning: "the id of each token of a text, padding behind" },
  attention_mask: { shape: ["batch", "words"], meaning: "1 for a token, 0 for padding" },
  marker_positions: {
    shape: ["batch", "entities"],
    meaning: "the place in input_ids of the marker that opens each mention",
  },
  entity_ids: { shape: ["batch", "entities"], meaning: "the id of the entity that stands for each mention" },
  entity_attention_mask: { shape: ["batch", "entities"], meaning: "1 for a mention, 0 for padding" },
  entity_position_ids: {
    shape: ["batch", "entities", "mention"],
    meaning: "the places in input_ids of all tokens of each mention, in their order, then -1",
  },
  entity_start_positions: {
    shape: ["batch", "entities"],
    meaning: "the place in input_ids of the first token of each mention",
  },
  entity_end_positions: {
    shape: ["batch", "entities"],
    meaning: "the place in input_ids of the last token of each mention",
  },
  pairs: {
    shape: ["pairs", 2],
    meaning:
      "head and tail of each pair: the number of the text in the batch, times entities, plus the place of the mention",
  },
} as const satisfies Record<string, { readonly shape: Shape; readonly meaning: string }>;

export type GivenName = keyof typeof kinds;

const names = Object.keys(kinds) as GivenName[];

/** The meaning of an input, in words. */
export const meaningOf = (name: GivenName): string => kinds[name].meaning;

/** The inputs of an exported graph, int64, each made when it is first asked for. */
export class GivenInputs {
  readonly #made = new Map<GivenName, Tensor>();

  get(name: GivenName): Tensor {
    const made = this.#made.get(name) ?? input(name, kinds[name].shape, "int64");
    this.#made.set(name, made);
    return made;
  }

  /** Those that were asked for. */
  get all(): ReadonlyMap<GivenName, Tensor> {
    return new Map(names.flatMap((name) => (this.#made.has(name) ? [[name, this.#made.get(name)!] as const] : [])));
  }
}

export const int64 = (value: number): Tensor => constant([value], [], "int64");
export const float32 = (value: number): Tensor => constant([value], [], "float32");
export const toInt64 = (x: Tensor): Tensor => cast(x, "int64");

const ones = (dim: Dim): Tensor => expand(constant([1], [1], "int64"), [dim]);

/** A size that is known only when the graph runs, int64 []. */
export const sizeOf = (dim: Dim): Tensor => reduceSum(ones(dim));

/** 0, 1, 2, …, as many as a size says, int64 [dim]. */
export const countUp = (dim: Dim): Tensor => sub(cumSum(ones(dim), 0), int64(1));

/** Turns places within each text, [batch, …], into indexes of the flattened [batch*dim]. */
export const flattened = (places: Tensor, dim: Dim): Tensor => {
  const starts = mul(countUp("batch"), sizeOf(dim));
  return add(places, reshape(starts, ["batch", ...places.shape.slice(1).map(() => 1)]));
};

/** The places of the words of mentions, [batch, entities, mention], with 0 for padding. */
export const mentionPlaces = (given: GivenInputs): Tensor => max(given.get("entity_position_ids"), int64(0));

/** The place of the first word of each mention, [batch, entities]; 0 for a mention of padding. */
export function firstPlaces(given: GivenInputs): Tensor {
  const rows = reshape(given.get("entity_position_ids"), ["batch*entities", "mention"]);
  return max(reshape(firstSlots(rows, 1), ["batch", "entities"]), int64(0));
}

/** The weight of each word in the mean of its mention, [batch, entities, mention]: 1/count, or 0 for padding. */
export function meanWeights(given: GivenInputs): { readonly isWord: Tensor; readonly count: Tensor } {
  const isWord = cast(greaterOrEqual(given.get("entity_position_ids"), int64(0)), "float32");
  // A mention of padding alone has count 0.
  return { isWord, count: max(reduceSum(isWord, [2], true), float32(1)) };
}
