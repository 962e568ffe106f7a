import { input, slice, type Graph, type Tensor } from "../autodiff/index.ts";
import { apply } from "../autodiff/apply.ts";
import { rebuildGraph } from "../autodiff/rebuild.ts";
import type { DropoutSite } from "../nn/graph-builder.ts";

/** The graph input of a mask. */
export const maskName = (site: string): string => `dropout.${site}`;

/** The graph inputs of a mask that is a slice of a pool. */
export const sliceNames = (site: string): Readonly<Record<"pool" | "start" | "end", string>> => ({
  pool: `${maskName(site)}.pool`,
  start: `${maskName(site)}.start`,
  end: `${maskName(site)}.end`,
});

/**
 * Rebuilds a graph whose dropout masks are inputs into one that takes each from a pool of random values: for a device with
 * memory of its own, to which the masks of every step would be copied, many times the batch itself.
 */
export function drawMasks(graph: Graph, sites: readonly DropoutSite[]): Graph {
  const masks = new Map<Tensor, Tensor>();
  const inputs: Tensor[] = [];
  for (const [i, { mask, name }] of sites.entries()) {
    const names = sliceNames(name);
    // Each pool has its own length: a mask that is longer than others may need a larger one.
    const pool = input(names.pool, [`pool_${i}`]);
    const [start, end] = [input(names.start, [1], "int64"), input(names.end, [1], "int64")];
    masks.set(mask, slice(pool, start, end, mask.shape));
    inputs.push(pool, start, end);
  }
  const now = (tensor: Tensor): Tensor => masks.get(tensor) ?? tensor;
  const rebuilt = rebuildGraph(graph, ({ op, attributes }, operands) => apply(op, operands.map(now), attributes));
  return { ...rebuilt, inputs: [...graph.inputs.filter((tensor) => !masks.has(tensor)), ...inputs] };
}
