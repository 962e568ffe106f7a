import { z } from "zod";
import { add, concat, constant, mul, split, type Dim, type Tensor } from "../../../autodiff/index.ts";
import { maskedScore } from "../../../nn/attention-mask.ts";
import type { GraphBuilder } from "../../../nn/graph-builder.ts";
import { type Feeds, float32, int32, type TensorValue } from "../../../runtime/values.ts";
import type { Batch } from "../../../tokenization/inputs/collate.ts";
import type { Reads, States } from "../../heads/head.ts";

/**
 * How levitated markers are read (PL-Marker, Ye et al. 2022): after the words of a text stand two tokens for each mention,
 * at the positions of its first and last word. Words attend to words alone, so that their states do not depend on the mentions.
 */
export interface LevitatedMarkers {
  /** A marker attends to all words, to its partner and itself; with `all` to the markers of the text's other mentions too. */
  readonly attention: "pair" | "all";
  /** The state of a mention: its markers' states side by side, or their mean. */
  readonly state: "both" | "mean";
}

/** The key of config.json that says how they are read. It is not one of transformers, which keeps it and ignores it. */
export const levitatedField = z
  .strictObject({ attention: z.enum(["pair", "all"]), state: z.enum(["both", "mean"]) })
  .optional();

/** Makes the sizes that depend on how levitated markers are read, if there are any. */
export const withLevitated = (
  hiddenSize: number,
  levitated: LevitatedMarkers | undefined,
): { readonly levitated: LevitatedMarkers | undefined; readonly mentionSize: number | undefined } => ({
  levitated,
  mentionSize: levitated?.state === "both" ? 2 * hiddenSize : undefined,
});

/** The tokens of a batch with levitated markers: words, then the opening markers of all mentions, then the closing ones. */
export const markedDim: Dim = "words+entities+entities";

/** The values of one side of the markers of a batch, `[batch, entities]` each. */
export interface MarkerSide {
  readonly ids: Int32Array;
  /** The position ids of their words. */
  readonly positions: Int32Array;
}

/** The markers that follow the words of a batch; n = words + 2·entities. */
export interface MarkedBatch {
  readonly opening: MarkerSide;
  readonly closing: MarkerSide;
  readonly tokens: number;
  /** `[batch, 1, n, n]`: 0 where a token may attend, else very negative. */
  readonly bias: Float32Array;
}

/**
 * Makes the two markers of each mention of a batch. A mention's entity id is the id of its opening marker, and the next id
 * that of its closing one.
 * @param positionIds of the words, [batch, words]: rows of a table, or places from which an encoder makes angles or distances
 * @param padding the id and the position of padding
 */
export function markedBatch(
  { batch, words, entities, mention, attentionMask, entityIds, entityAttentionMask, entityPositionIds }: Batch,
  positionIds: Int32Array,
  attention: LevitatedMarkers["attention"],
  padding: { readonly id: number; readonly position: number },
): MarkedBatch {
  const side = (): MarkerSide => ({
    ids: new Int32Array(batch * entities).fill(padding.id),
    positions: new Int32Array(batch * entities).fill(padding.position),
  });
  const [opening, closing] = [side(), side()];
  const n = words + 2 * entities;
  const bias = new Float32Array(batch * n * n).fill(maskedScore);
  for (let row = 0; row < batch; row++) {
    const own: number[] = [];
    for (let slot = 0; slot < entities; slot++) {
      const at = row * entities + slot;
      if (entityAttentionMask[at] !== 1) continue;
      own.push(slot);
      const places = entityPositionIds.subarray(at * mention, (at + 1) * mention).filter((place) => place >= 0);
      opening.ids[at] = entityIds[at]!;
      closing.ids[at] = entityIds[at]! + 1;
      opening.positions[at] = positionIds[row * words + places[0]!]!;
      closing.positions[at] = positionIds[row * words + places.at(-1)!]!;
    }
    const mask = attentionMask.subarray(row * words, (row + 1) * words);
    // Padding attends to words too: a row of the softmax needs at least one.
    for (let query = 0; query < n; query++)
      for (let key = 0; key < words; key++) if (mask[key] === 1) bias[(row * n + query) * n + key] = 0;
    for (const query of own) {
      for (const key of attention === "all" ? own : [query])
        for (const q of [words + query, words + entities + query])
          for (const k of [words + key, words + entities + key]) bias[(row * n + q) * n + k] = 0;
    }
  }
  return { opening, closing, tokens: n, bias };
}

/** The inputs of the graph for markers, beside those for words of the same kind. */
const markerInputs = {
  ids: ["opening_marker_ids", "closing_marker_ids"],
  positions: ["opening_marker_positions", "closing_marker_positions"],
} as const;

/** Feeds the markers of a batch, and the attention bias of words and markers. */
export function markerFeeds({ batch, entities }: Batch, { opening, closing, tokens, bias }: MarkedBatch): Feeds {
  const values = (kind: keyof typeof markerInputs): [string, TensorValue][] =>
    [opening, closing].map((side, i) => [markerInputs[kind][i]!, int32(side[kind], [batch, entities])]);
  return new Map([
    ...values("ids"),
    ...values("positions"),
    ["attention_bias", float32(bias, [batch, 1, tokens, tokens])],
  ]);
}

/**
 * Applies `look`, such as a look-up in a table, to an input of words [batch, words] and to that of the markers:
 * [batch, words+entities+entities, …].
 */
export const ofWordsAndMarkers = (
  builder: GraphBuilder,
  words: string,
  kind: keyof typeof markerInputs,
  look: (indices: Tensor) => Tensor,
): Tensor =>
  concat(
    [
      look(builder.input(words, ["batch", "words"], "int32")),
      ...markerInputs[kind].map((name) => look(builder.input(name, ["batch", "entities"], "int32"))),
    ],
    1,
  );

/** Parts the last hidden states [batch, words+entities+entities, hidden] into those of words and those of mentions. */
export function markedStates(tokens: Tensor, state: LevitatedMarkers["state"], reads: Reads): States {
  const [words, opening, closing] = split(tokens, 1, ["words", "entities", "entities"]) as [Tensor, Tensor, Tensor];
  const mentions =
    state === "both" ? concat([opening, closing], 2) : mul(add(opening, closing), constant([0.5], [], "float32"));
  return { words: reads === "mentions" ? undefined : words, mentions };
}
