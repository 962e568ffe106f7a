// Runs exported graphs on encodings, in int64, as programs in other languages give them.
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { collate, type Batch, type Padding } from "../../src/tokenization/inputs/collate.ts";
import type { Encoding } from "../../src/tokenization/inputs/encoding.ts";

export const openOnnx = (folder: string): Promise<InferenceSession> =>
  InferenceSession.create(join(folder, "model.onnx"), { intraOpNumThreads: 1, logSeverityLevel: 3 });

const markerPositions = ({ batch, entities, mention, entityPositionIds }: Batch): number[] =>
  Array.from({ length: batch * entities }, (_, slot) => Math.max(entityPositionIds[slot * mention]!, 0));

/** Every value that a graph may be given of a batch. */
const values: Readonly<
  Record<string, (batch: Batch) => readonly [data: ArrayLike<number> | undefined, dims: readonly number[]]>
> = {
  input_ids: ({ inputIds, batch, words }) => [inputIds, [batch, words]],
  attention_mask: ({ attentionMask, batch, words }) => [attentionMask, [batch, words]],
  marker_positions: (batch) => [markerPositions(batch), [batch.batch, batch.entities]],
  entity_ids: ({ entityIds, batch, entities }) => [entityIds, [batch, entities]],
  entity_attention_mask: ({ entityAttentionMask, batch, entities }) => [entityAttentionMask, [batch, entities]],
  entity_position_ids: ({ entityPositionIds, batch, entities, mention }) => [
    entityPositionIds,
    [batch, entities, mention],
  ],
  entity_start_positions: ({ entityStartPositions, batch, entities }) => [entityStartPositions, [batch, entities]],
  entity_end_positions: ({ entityEndPositions, batch, entities }) => [entityEndPositions, [batch, entities]],
  pairs: ({ pairs, pairCount }) => [pairs, [pairCount, 2]],
};

/** Runs a graph on the inputs that it names. */
export async function runOnnx(
  session: InferenceSession,
  encodings: readonly Encoding[],
  padding: Padding,
): Promise<ReadonlyMap<string, { readonly data: Float32Array; readonly dims: readonly number[] }>> {
  const batch = collate(encodings, padding);
  const feeds = session.inputNames.map((name) => {
    const [data, dims] = values[name]!(batch);
    return [name, new Tensor("int64", BigInt64Array.from(Array.from(data!), BigInt), dims)] as const;
  });
  const outputs = await session.run(Object.fromEntries(feeds));
  return new Map(
    Object.entries(outputs).map(([name, { data, dims }]) => [name, { data: data as Float32Array, dims }] as const),
  );
}
