import { constant, type Tensor } from "../../../autodiff/index.ts";
import type { GivenInputs } from "../../../nn/given-inputs.ts";
import type { ExportReading } from "../encoder.ts";
import { exportedMarkers } from "../markers/export-inputs.ts";
import { placesOfWords, textInputs } from "../words/export-inputs.ts";
import { angleTables } from "./angles.ts";
import type { ModernBertConfig } from "./config.ts";

/** Computes inside the graph what `modernBertFeeds` computes of a batch; the angles of all positions are constants of the graph. */
export function exportInputs(
  config: ModernBertConfig,
  given: GivenInputs,
  reading: ExportReading,
): ReadonlyMap<string, Tensor> {
  const rows = config.maxPositionEmbeddings;
  const headSize = config.hiddenSize / config.numAttentionHeads;
  const tables = (kind: string, theta: number): [string, Tensor][] => {
    const { cos, sin } = angleTables(rows, headSize, theta);
    const table = (values: Float32Array): Tensor => constant([...values], [rows, headSize / 2]);
    return [
      [`${kind}_cos`, table(cos)],
      [`${kind}_sin`, table(sin)],
    ];
  };
  const places = placesOfWords();
  const read = config.levitated
    ? [["input_ids", given.get("input_ids")] as const, ...exportedMarkers(given, places, config.levitated.attention)]
    : textInputs(given, reading);
  const angles = [...tables("global", config.globalTheta), ...tables("local", config.localTheta)];
  return new Map([...read, ["position_ids", places], ...angles]);
}
