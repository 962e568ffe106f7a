import type { Tensor } from "../autodiff/index.ts";
import type { GraphBuilder } from "../nn/graph-builder.ts";
import type { ParameterSpec } from "../nn/parameters.ts";
import type { Feeds } from "../runtime/values.ts";

/** A loss as a graph, with what the graph reads. */
export interface TrainableGraph {
  /** Collected the weights, the inputs, the dropout sites and the segments that can be computed again. */
  readonly builder: GraphBuilder;
  /** A scalar. */
  readonly loss: Tensor;
  /** The inputs that the loss reads beside those of the builder: targets. */
  readonly targets: readonly Tensor[];
}

/** A model that can be trained on batches: its parameters, its loss, and the values of its graph's inputs. */
export interface Trainable<Batch> {
  readonly name: string;
  readonly parameters: readonly ParameterSpec[];
  graph(): TrainableGraph;
  /** The number of a batch for each word that stands in the graph's shapes. */
  sizes(batch: Batch): ReadonlyMap<string, number>;
  /** Counts the rows that the loss of this batch alone is a mean over. */
  countRows(batch: Batch): number;
  /** The values of every input but weights and dropout masks; the loss is a mean over `rowsInMean` rows. */
  feeds(batch: Batch, rowsInMean: number): Feeds;
}
