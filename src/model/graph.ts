import { basename } from "node:path";
import { formatGraph, type Graph } from "../autodiff/index.ts";
import { UsageError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { requireFree } from "../files/data-output.ts";
import { GraphBuilder } from "../nn/graph-builder.ts";
import { lower } from "../onnx/lower.ts";
import { buildTrainingGraph } from "../training/training-graph.ts";
import { classifierGraph } from "./classifier.ts";
import { openModelFolder } from "./folder.ts";
import { outlineOf, readModelConfig } from "./outline.ts";
import { trainableClassifier } from "./trainable.ts";

export interface ModelGraphOptions {
  /** Whether the graph is that of training: loss and gradients, with dropout, instead of the predictions. */
  readonly training: boolean;
  readonly output?: string | undefined;
  readonly overwrite: boolean;
}

export interface ModelGraphResult {
  /** The graph as text; absent if it was written to a file. */
  readonly text: string | undefined;
  readonly file: { readonly name: string; readonly bytes: number } | undefined;
}

/**
 * Shows the graph that runs a model, or trains it: as text, a line per node, or with an `output` that ends in `.onnx`
 * as a file for viewers, in which the weights are inputs.
 * @throws UsageError for the training graph of a bare encoder, or an output that exists; and the errors of
 * `openModelFolder`
 */
export async function showModelGraph(folder: string, options: ModelGraphOptions): Promise<ModelGraphResult> {
  const { output, overwrite } = options;
  if (output !== undefined) await requireFree(output, { overwrite });
  const graph = await modelGraph(folder, options.training);
  if (output === undefined) return { text: formatGraph(graph), file: undefined };
  const content = output.endsWith(".onnx") ? lower(graph) : new TextEncoder().encode(`${formatGraph(graph)}\n`);
  await writeFileAtomic(output, content);
  return { text: undefined, file: { name: basename(output), bytes: content.byteLength } };
}

async function modelGraph(path: string, training: boolean): Promise<Graph> {
  const opened = await openModelFolder(path, { verify: false });
  try {
    const model = await readModelConfig(opened.folder);
    const { encoder, config, isMultiLabel } = model;
    const { head, labels, parameters } = outlineOf(model, opened.weights, opened.manifest);
    if (!head) {
      if (training)
        throw new UsageError(
          `Cannot show the training graph of ${path}: expected a classifier, found an encoder without a head. Leave out --training.`,
        );
      const builder = new GraphBuilder(parameters, false);
      const states = Object.entries(encoder.states(builder, config, "both")).filter(([, state]) => state !== undefined);
      const outputs = new Map(states.map(([name, state]) => [name, state!]));
      return { name: encoder.name, inputs: [...builder.inputs, ...builder.parameters.values()], outputs };
    }
    const shape = { encoder, config, head, numLabels: labels.length };
    if (training) return buildTrainingGraph(trainableClassifier(shape, head.objective({ isMultiLabel }))).graph;
    const { builder, logits } = classifierGraph(shape, { training: false });
    return {
      name: `${encoder.name}-prediction`,
      inputs: [...builder.inputs, ...builder.parameters.values()],
      outputs: new Map([["logits", logits]]),
    };
  } finally {
    await opened.close();
  }
}
