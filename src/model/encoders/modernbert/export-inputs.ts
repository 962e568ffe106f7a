import { constant, type Tensor } from "../../../autodiff/index.ts";
import type { ExportInputs } from "../encoder.ts";
import { textInputs } from "../words/export-inputs.ts";
import { angleTables } from "./angles.ts";
import type { ModernBertConfig } from "./config.ts";

/** Computes inside the graph what `modernBertFeeds` computes of a batch; the angles of all positions are constants of the graph. */
export function exportInputs(config: ModernBertConfig): ExportInputs {
  const { inputs, derived, places } = textInputs();
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
  const angles = [...tables("global", config.globalTheta), ...tables("local", config.localTheta)];
  return { inputs, derived: new Map([...derived, ["position_ids", places], ...angles]) };
}
