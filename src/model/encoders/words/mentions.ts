import type { Batch } from "../../../tokenization/inputs/collate.ts";
import type { MentionEntities } from "../../../tokenization/inputs/input-tokenizer.ts";

/** Stands for a mention without markers: its state is the mean of the states of its words. */
const byWords = 0;
/** Stands for a mention between markers: its state is that of the opening marker. */
const byMarker = 1;

/** The entity ids by which an encoder without entities knows how to read a mention. */
export const mentionReadings: MentionEntities = { mask: byMarker, mask2: byMarker, ofType: () => byWords };

/** Fills up a batch; it has no positions, so that its state is zero. */
export const mentionPadding: number = byWords;

/**
 * Makes the weight of each word in the state of each mention, [batch, entities, words]; 0 for padding. Ids from 2 on are
 * those of levitated markers, which this reading does not have: their mentions are read by their words.
 */
export function mentionWeights({ words, mention, entityIds, entityPositionIds }: Batch): Float32Array {
  const weights = new Float32Array(entityIds.length * words);
  for (const [slot, id] of entityIds.entries()) {
    const positions = entityPositionIds
      .subarray(slot * mention, (slot + 1) * mention)
      .filter((position) => position >= 0);
    const read = id === byMarker ? positions.subarray(0, 1) : positions;
    for (const position of read) weights[slot * words + position] = 1 / read.length;
  }
  return weights;
}
