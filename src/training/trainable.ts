import type { Tensor } from "../autodiff/index.ts";
import type { GraphBuilder } from "../nn/graph-builder.ts";
import type { ParameterSpec } from "../nn/parameters.ts";
import type { Feeds } from "../runtime/values.ts";

/** A loss as a graph, and the inputs of the graph. */
export interface TrainableGraph {
  /** Holds the weights, the inputs, the dropout sites and the segments that can be recomputed. */
  readonly builder: GraphBuilder;
  /** The loss, a scalar. */
  readonly loss: Tensor;
  /** The inputs of the loss that the builder does not have: targets. */
  readonly targets: readonly Tensor[];
}

/** A model that can be trained on batches: its parameters, its loss, and the values of its graph's inputs. */
export interface Trainable<Batch> {
  readonly name: string;
  readonly parameters: readonly ParameterSpec[];
  graph(): TrainableGraph;
  /** The sizes of a batch by the names of the dimensions in the graph's shapes. */
  sizes(batch: Batch): ReadonlyMap<string, number>;
  /** Counts the rows that the loss of this batch alone is a mean over. */
  countRows(batch: Batch): number;
  /**
   * The values of every input but weights and dropout masks; the loss is a mean over `rowsInMean` rows.
   * @param whole the batch of which this is a share, if it is one
   */
  feeds(batch: Batch, rowsInMean: number, whole?: Batch): Feeds;
}
