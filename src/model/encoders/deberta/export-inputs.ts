import { product } from "../../../autodiff/dims.ts";
import { add, concat, constant, gather, mul, reshape, sub, type Tensor } from "../../../autodiff/index.ts";
import { countUp, int64, sizeOf, type GivenInputs } from "../../../nn/given-inputs.ts";
import type { ExportReading } from "../encoder.ts";
import { exportedMarkers, markedPlaces } from "../markers/export-inputs.ts";
import { markedDim } from "../markers/levitated.ts";
import { placesOfWords, textInputs } from "../words/export-inputs.ts";
import { rowCount, rowOfDistance } from "./buckets.ts";
import type { DebertaConfig } from "./config.ts";

/** Computes inside the graph what `debertaFeeds` computes of a batch; the rows of all distances are a constant of the graph. */
export function exportInputs(
  config: DebertaConfig,
  given: GivenInputs,
  reading: ExportReading,
): ReadonlyMap<string, Tensor> {
  const most = config.maxPositionEmbeddings;
  const distances = Array.from({ length: 2 * most + 1 }, (_, i) => rowOfDistance(i - most, config));
  const table = constant(distances, [distances.length], "int64");
  const count = sizeOf("words");
  const rows = countUp(rowCount);
  const rowsOf = (distance: Tensor): Tensor => gather(table, add(distance, int64(most)));
  const rising = ["rising_distances", rowsOf(sub(rows, count))] as const;
  if (!config.levitated)
    return new Map([...textInputs(given, reading), rising, ["falling_distances", rowsOf(sub(count, rows))]]);
  return new Map([
    ["input_ids", given.get("input_ids")],
    rising,
    ...exportedMarkers(given, placesOfWords(), config.levitated.attention),
    ...pairPlaces(given),
  ]);
}

/** The place of the distance of each pair of tokens, in the scores of its query and in those of its key, as `pairFeeds` has them. */
function pairPlaces(given: GivenInputs): [string, Tensor][] {
  const { opening, closing } = markedPlaces(given);
  const places = concat([placesOfWords(), opening, closing], 1);
  const queries = ["batch", markedDim, 1];
  const keys = ["batch", 1, markedDim];
  const distance = add(sub(reshape(places, queries), reshape(places, keys)), sizeOf("words"));
  const rows = mul(countUp(product(["batch", markedDim])), sizeOf(rowCount));
  return [
    ["query_distances", add(distance, reshape(rows, queries))],
    ["key_distances", add(distance, reshape(rows, keys))],
  ];
}
