import { gather, type Tensor } from "../autodiff/index.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { gatherWithOwn } from "./token-rows.ts";

/** Reads rows of the table of this name, an adapter's own if it has such; its gradient then stays as rows instead of a whole table. */
export function lookUp(builder: GraphBuilder, table: string, indices: Tensor): Tensor {
  const found = builder.ownRows(table);
  const stored = builder.parameter(table);
  const rows = found ? gatherWithOwn(stored, found.own, indices, found.tokens) : gather(stored, indices);
  if (indices.source.kind !== "input") throw new Error("internal: a table is read at indices that come with the batch");
  builder.recordLookup(table, rows, indices.source.name);
  return rows;
}

/** Normalizes a sum of embeddings, then drops values of it. */
export function normalizedEmbeddings(
  builder: GraphBuilder,
  sum: Tensor,
  { name, epsilon, dropout, site }: { name: string; epsilon: number; dropout: number; site: string },
): Tensor {
  return builder.dropout(builder.layerNormalization(sum, name, epsilon), dropout, site);
}
