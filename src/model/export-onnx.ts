import { versions } from "../version.ts";
import { join } from "node:path";
import { stageFile, writeFileAtomic } from "../files/atomic-file.ts";
import { UsageError } from "../errors.ts";
import { inferenceGraph, type InferenceGraph } from "../model/inference-graph.ts";
import { bytesOf, placeExternally, type Initializer } from "../onnx/initializer.ts";
import { lower } from "../onnx/lower.ts";
import { formatGraphFacts } from "./graph-facts.ts";
import { storedReadingOf } from "./tasks/tasks.ts";
import type { OpenedFiles } from "./checkpoint.ts";

export const onnxName = "model.onnx";
export const onnxDataName = "model.onnx.data";
/** The name of the description of inputs, outputs and labels beside the graph. */
export const onnxFactsName = "model.onnx.json";

/** Fixed sizes of every input of the graph; sizes left out may differ from run to run. */
export interface OnnxSizes {
  readonly batchSize?: number | undefined;
  readonly words?: number | undefined;
  readonly mention?: number | undefined;
  readonly entities?: number | undefined;
  readonly pairs?: number | undefined;
}

export interface OnnxOptions extends OnnxSizes {
  /** Weights of more bytes are written to a file of their own, since a protobuf message ends at 2 GiB. */
  readonly maxEmbeddedBytes?: number;
}

/** Checks what is to be exported. @throws UsageError if the model, or these sizes of its inputs, cannot become ONNX */
export function requireExportable(checkpoint: OpenedFiles, sizes: OnnxSizes): void {
  const { encoder, config, folder } = checkpoint;
  if (!encoder.exportInputs) {
    throw new UsageError(
      `Cannot export ${folder} to ONNX: expected an encoder whose inputs a graph can compute, found ${encoder.name}. ` +
        "Export it to safetensors.",
    );
  }
  for (const [name, size] of Object.entries(sizes)) {
    if (size !== undefined && !(Number.isSafeInteger(size) && size > 0))
      throw new UsageError(`${name} must be a whole number from 1 on; found ${size}.`);
  }
  if (sizes.words !== undefined && sizes.words > encoder.maxWords(config))
    throw new UsageError(`${folder} reads ${encoder.maxWords(config)} words at most; found words ${sizes.words}.`);
  const { inputs } = graphOf(checkpoint);
  const axes = new Set([...inputs.values()].flatMap(({ shape }) => shape));
  const strange = Object.entries(byAxis(sizes)).find(([axis, size]) => size !== undefined && !axes.has(axis));
  if (strange) {
    throw new UsageError(
      `Cannot fix the size of ${strange[0]} in the graph of ${folder}: its inputs are ${[...inputs.keys()].join(", ")}, ` +
        `and none of them has that axis. Leave that size out.`,
    );
  }
  if (checkpoint.head.name === "pair" && sizes.entities === 1) {
    throw new UsageError(
      `Cannot fix the size of entities in the graph of ${folder}: expected 2 or more, since each answer is about a pair, ` +
        `found 1. Raise that size or leave it out.`,
    );
  }
}

const byAxis = ({
  batchSize: batch,
  words,
  mention,
  entities,
  pairs,
}: OnnxSizes): Record<string, number | undefined> => ({
  batch,
  words,
  mention,
  entities,
  pairs,
});

const graphOf = ({ encoder, head, config, id2label, manifest }: OpenedFiles): InferenceGraph =>
  inferenceGraph(
    { encoder, head, config, numLabels: id2label.length },
    storedReadingOf(manifest).readsDocuments ?? false,
  );

/**
 * Writes a classifier as `model.onnx` (opset 21, ops of the ONNX standard alone), its large weights as `model.onnx.data` beside
 * it, and `model.onnx.json`, which says what it is given and what it returns. The inputs are int64 and those of `forward` in
 * `transformers` (given-inputs.ts). The output is float32. One of pairs in pair encoding, or of single entities, is `logits`
 * [batch, labels], of the first entity of each text, or of the pair of the first two; with a fixed size, the number of entities
 * is fixed too, to just these. All others answer for the pairs that they are given, [pairs, labels], for each token
 * [batch, words, tags], for each span [batch, words, words, types], or with two heads for pairs and tokens or spans.
 */
export async function writeOnnx(
  output: string,
  checkpoint: OpenedFiles,
  weights: ReadonlyMap<string, Initializer>,
  { maxEmbeddedBytes = 1.8e9, ...sizes }: OnnxOptions,
): Promise<void> {
  const { encoder, head, id2label, manifest } = checkpoint;
  const graph = graphOf(checkpoint);
  const read = new Map([...graph.parameters.keys()].map((name) => [name, weights.get(name)!]));
  const bytes = [...read.values()].reduce((total, { data }) => total + data.byteLength, 0);
  const initializers = bytes > maxEmbeddedBytes ? await writeExternally(output, read) : read;
  const given = Object.entries(byAxis(sizes)).flatMap(([axis, size]) =>
    size === undefined ? [] : [[axis, size] as const],
  );
  const ofFirst = given.length > 0 && graph.isOfFirst ? [["entities", head.statesPerRow] as const] : [];
  const fixed = new Map([...ofFirst, ...given]);
  const labels = Object.fromEntries(id2label.map((label, id) => [String(id), label]));
  const metadata = {
    architecture: encoder.architecture(head.name),
    id2label: JSON.stringify(labels),
    ...storedReadingOf(manifest).metadata,
  };
  const model = lower(
    {
      name: encoder.name,
      inputs: [...graph.inputs.values(), ...graph.parameters.values()],
      outputs: graph.outputs,
    },
    { initializers, sizes: fixed, metadata, producerVersion: versions.relata },
  );
  await writeFileAtomic(join(output, onnxFactsName), formatGraphFacts(checkpoint, graph, fixed));
  await writeFileAtomic(join(output, onnxName), model);
}

async function writeExternally(
  output: string,
  weights: ReadonlyMap<string, Initializer>,
): Promise<ReadonlyMap<string, Initializer>> {
  const placed = placeExternally(weights, onnxDataName);
  const staged = await stageFile(join(output, onnxDataName), async (sink) => {
    let end = 0;
    for (const initializer of placed.values()) {
      const bytes = bytesOf(initializer);
      await sink(new Uint8Array(initializer.external.offset - end));
      await sink(bytes);
      end = initializer.external.offset + bytes.byteLength;
    }
  });
  await staged.commit();
  return placed;
}
