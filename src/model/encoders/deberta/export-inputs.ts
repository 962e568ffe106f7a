import { add, constant, cumSum, expand, gather, reduceSum, sub, type Tensor } from "../../../autodiff/index.ts";
import type { ExportInputs } from "../encoder.ts";
import { textInputs } from "../words/export-inputs.ts";
import { rowCount, rowOfDistance } from "./buckets.ts";
import type { DebertaConfig } from "./config.ts";

const int64 = (value: number): Tensor => constant([value], [], "int64");

/** Computes inside the graph what `feeds` computes of a batch; the rows of all distances are a constant of the graph. */
export function exportInputs(config: DebertaConfig): ExportInputs {
  const { inputs, derived } = textInputs();
  const most = config.maxPositionEmbeddings;
  const distances = Array.from({ length: 2 * most + 1 }, (_, i) => rowOfDistance(i - most, config));
  const table = constant(distances, [distances.length], "int64");
  const count = reduceSum(expand(constant([1], [1], "int64"), ["words"]));
  // 0, 1, 2, …
  const places = sub(cumSum(expand(constant([1], [1], "int64"), [rowCount]), 0), int64(1));
  const rising = sub(places, count);
  const falling = sub(count, places);
  const rowsOf = (distance: Tensor): Tensor => gather(table, add(distance, int64(most)));
  return {
    inputs,
    derived: new Map([...derived, ["falling_distances", rowsOf(falling)], ["rising_distances", rowsOf(rising)]]),
  };
}
