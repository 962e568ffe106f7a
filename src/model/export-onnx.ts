import { versions } from "../version.ts";
import { join } from "node:path";
import { stageFile, writeFileAtomic } from "../files/atomic-file.ts";
import { UsageError } from "../errors.ts";
import { inferenceGraph } from "../model/inference-graph.ts";
import { bytesOf, placeExternally, type Initializer } from "../onnx/initializer.ts";
import { lower } from "../onnx/lower.ts";
import { storedReadingOf } from "./tasks/tasks.ts";
import type { OpenedFiles } from "./checkpoint.ts";

export const onnxName = "model.onnx";
export const onnxDataName = "model.onnx.data";

/** Fixed sizes of every input of the graph; sizes left out may differ from run to run. */
export interface OnnxSizes {
  readonly batchSize?: number | undefined;
  readonly words?: number | undefined;
  readonly mention?: number | undefined;
}

export interface OnnxOptions extends OnnxSizes {
  /** Weights of more bytes are written to a file of their own, since a protobuf message ends at 2 GiB. */
  readonly maxEmbeddedBytes?: number;
}

/** Checks what is to be exported. @throws UsageError if the model, or these sizes of its inputs, cannot become ONNX */
export function requireExportable(checkpoint: OpenedFiles, sizes: OnnxSizes): void {
  const { encoder, config, folder } = checkpoint;
  const found = notExportable(checkpoint);
  if (found !== undefined) {
    throw new UsageError(
      `Cannot export ${folder} to ONNX: expected a classifier of single entities, or of pairs that are each read on ` +
        `their own, found ${found}.`,
    );
  }
  for (const [name, size] of Object.entries(sizes)) {
    if (size !== undefined && !(Number.isSafeInteger(size) && size > 0))
      throw new UsageError(`${name} must be a whole number from 1 on; found ${size}.`);
  }
  if (sizes.words !== undefined && sizes.words > encoder.maxWords(config))
    throw new UsageError(`${folder} reads ${encoder.maxWords(config)} words at most; found words ${sizes.words}.`);
}

/** Describes a model that has no such graph, and what to do instead; undefined for one that has. */
function notExportable({ encoder, head, manifest }: OpenedFiles): string | undefined {
  if (head.name === "span" || head.name === "token" || head.name === "biaffine")
    return `${encoder.architecture(head.name)}. Export it to safetensors`;
  const { notExportable: reason } = storedReadingOf(manifest);
  if (reason !== undefined) return reason;
  if (head.terms) {
    const terms = head.terms.map(({ name }) => name).join(", ");
    return `pairs classified by ${terms} too. Export it to safetensors, or train with --pair-features states`;
  }
  return undefined;
}

/**
 * Writes a classifier as `model.onnx` (opset 21, ops of the ONNX standard alone), its large weights as
 * `model.onnx.data` beside it. The inputs are int64 and those of `forward` in `transformers`: `input_ids` and
 * `attention_mask` [batch, words], `entity_ids` and `entity_attention_mask` [batch, entities], `entity_position_ids`
 * [batch, entities, mention] with -1 for padding. The output is `logits` [batch, labels], float32, of the first entity
 * of each text, or of the pair of the first two. With a fixed size, the number of entities is fixed too, to just these.
 */
export async function writeOnnx(
  output: string,
  { encoder, head, config, id2label, manifest }: OpenedFiles,
  weights: ReadonlyMap<string, Initializer>,
  { batchSize, words, mention, maxEmbeddedBytes = 1.8e9 }: OnnxOptions,
): Promise<void> {
  const { inputs, parameters, logits } = inferenceGraph({ encoder, head, config, numLabels: id2label.length });
  const read = new Map([...parameters.keys()].map((name) => [name, weights.get(name)!]));
  const bytes = [...read.values()].reduce((total, { data }) => total + data.byteLength, 0);
  const initializers = bytes > maxEmbeddedBytes ? await writeExternally(output, read) : read;
  const fixed = Object.entries({ batch: batchSize, words, mention }).flatMap(([word, size]) =>
    size === undefined ? [] : [[word, size] as const],
  );
  const sizes = new Map(fixed.length === 0 ? [] : [...fixed, ["entities", head.statesPerRow] as const]);
  const labels = Object.fromEntries(id2label.map((label, id) => [String(id), label]));
  const metadata = {
    architecture: encoder.architecture(head.name),
    id2label: JSON.stringify(labels),
    ...storedReadingOf(manifest).metadata,
  };
  const model = lower(
    { name: encoder.name, inputs: [...inputs, ...parameters.values()], outputs: new Map([["logits", logits]]) },
    { initializers, sizes, metadata, producerVersion: versions.relata },
  );
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
