import {
  add,
  backward,
  cast,
  constant,
  equal,
  input,
  mul,
  reshape,
  scalar,
  scatterAdd,
  sub,
  type Graph,
  type Shape,
  type Tensor,
} from "../autodiff/index.ts";
import { halfTypes, mixedPrecision } from "../autodiff/mixed-precision.ts";
import { rebuildGraph } from "../autodiff/rebuild.ts";
import type { Precision } from "../precision-names.ts";
import type { ParameterSpec } from "../nn/parameters.ts";
import type { DropoutSite } from "../nn/graph-builder.ts";
import { drawMasks } from "./drawn-masks.ts";
import type { Trainable } from "./trainable.ts";

export interface TrainingGraphOptions {
  /**
   * Activation checkpointing: keeps only the inputs of layers and recomputes the rest: less memory, a third more work.
   */
  readonly recomputesLayers?: boolean;
  /**
   * Gradients of embedding tables leave the graph whole, as those of other parameters do: for a device with memory of its
   * own, where a row that was summed here would have to be copied there and back.
   */
  readonly wholeTables?: boolean;
  /** Dropout masks are slices of pools (`drawMasks`), not inputs, for such a device. */
  readonly drawsMasks?: boolean;
  /** The numbers that products multiply; float32 if not given. */
  readonly precision?: Precision;
}

/** The gradient of an embedding table as the graph outputs it: one row per look-up, summed by `indices` outside. */
export interface RowOutput {
  readonly parameter: string;
  readonly output: string;
  /** The output with a row for every look-up. */
  readonly shape: Shape;
  /** The graph input with the indices of the rows that were read. */
  readonly indices: string;
}

/** Loss and gradients as one graph; weights are inputs, so its file holds none. */
export interface TrainingGraph {
  readonly graph: Graph;
  readonly dropoutSites: readonly DropoutSite[];
  readonly drawsMasks: boolean;
  /** Output name → parameter, for gradients that leave the graph whole. */
  readonly gradients: ReadonlyMap<string, string>;
  /** Gradients of embedding tables as rows: a whole one would be as large as the table, and nearly all zeros. */
  readonly rowGradients: readonly RowOutput[];
  /** The input that takes the factor of the loss of which the gradients are; absent if they are of the loss itself. */
  readonly lossScale?: string;
}

/**
 * Builds the training graph. Outputs stand in the order of the parameters, first layer first:
 * ONNX Runtime computes the last one first, so each layer's gradients are done before the activations below are needed.
 * Parameters that the loss does not depend on (the pooler, word queries of the last layer) have no output: gradient zero.
 * Nor have those that do not learn: what leads to their gradients alone is no part of the graph.
 */
export function buildTrainingGraph(
  trainable: Trainable<never>,
  { recomputesLayers = false, wholeTables = false, drawsMasks = false, precision = "fp32" }: TrainingGraphOptions = {},
): TrainingGraph {
  const { builder, loss, targets } = trainable.graph();

  const learning = trainable.parameters.filter((spec) => spec.trainable !== false);
  const isLearning = new Set(learning.map(({ name }) => name));
  const whole = learning.filter(({ name }) => builder.parameters.has(name) && !builder.lookups.has(name));
  const rows = [...builder.lookups].flatMap(([parameter, lookups]) =>
    isLearning.has(parameter) ? lookups.map((lookup) => ({ parameter, ...lookup })) : [],
  );
  const wanted = [...rows.map((lookup) => lookup.rows), ...whole.map(({ name }) => builder.parameters.get(name)!)];
  // Gradients of the last layer come first, since the values they read are still in memory.
  const segments = recomputesLayers ? builder.layers.slice(0, -1) : builder.checkpointSegments;
  // bfloat16 has the range of float32, so that its gradients do not vanish.
  const scale = precision === "fp16" ? input("loss_scale", []) : undefined;
  const computed = backward(scale ? mul(loss, scale) : loss, wanted, segments);

  const outputs = new Map<string, Tensor>([["loss", loss]]);
  const rowGradients: RowOutput[] = [];
  const gradients = new Map<string, string>();
  const tables = new Map<string, Tensor>();
  for (const [i, { parameter, indices }] of rows.entries()) {
    if (wholeTables) {
      const spec = trainable.parameters.find(({ name }) => name === parameter)!;
      const table = tableGradient(
        spec,
        builder.inputs.find(({ source }) => isNamed(source, indices))!,
        computed[i]!,
      );
      const before = tables.get(parameter);
      tables.set(parameter, before ? add(before, table) : table);
      continue;
    }
    const output = `rows.${i}.${parameter}`;
    outputs.set(output, computed[i]!);
    rowGradients.push({ parameter, output, shape: computed[i]!.shape, indices });
  }
  for (const [parameter, table] of tables) {
    outputs.set(`gradient.${parameter}`, table);
    gradients.set(`gradient.${parameter}`, parameter);
  }
  for (const [i, { name }] of whole.entries()) {
    const gradient = computed[rows.length + i];
    if (!gradient) continue;
    outputs.set(`gradient.${name}`, gradient);
    gradients.set(`gradient.${name}`, name);
  }
  const masks = builder.dropoutSites.map((site) => site.mask);
  const inputs = [...builder.inputs, ...targets, ...(scale ? [scale] : []), ...masks, ...builder.parameters.values()];
  const fed = { name: `${trainable.name}-training`, inputs, outputs };
  const graph = drawsMasks ? drawMasks(fed, builder.dropoutSites) : fed;
  return {
    graph: precision === "fp32" ? graph : rebuildGraph(graph, mixedPrecision(halfTypes[precision])),
    ...(scale ? { lossScale: "loss_scale" } : {}),
    dropoutSites: builder.dropoutSites,
    drawsMasks,
    gradients,
    rowGradients,
  };
}

const isNamed = (source: Tensor["source"], name: string): boolean => source.kind === "input" && source.name === name;

/** The gradients of the rows that were looked up, each added to its row of a table of zeros; the padding row has none. */
function tableGradient({ shape, paddingRow }: ParameterSpec, indices: Tensor, rows: Tensor): Tensor {
  if (paddingRow === undefined) return scatterAdd(shape, indices, rows);
  const isPadding = cast(equal(indices, constant([paddingRow], [], indices.dtype)), "float32");
  const kept = sub(scalar(1), reshape(isPadding, [...indices.shape, 1]));
  return scatterAdd(shape, indices, mul(rows, kept));
}
