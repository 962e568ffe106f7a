import { input, type Tensor } from "../autodiff/index.ts";
import { quantizedDense, type QuantizedWeight } from "../autodiff/quantized-dense.ts";
import { rebuild } from "../autodiff/rebuild.ts";
import { topologicalOrder } from "../autodiff/topological-order.ts";
import { toInt8 } from "./weights/int8.ts";
import type { Weight } from "./weights/tensor.ts";
import { dtypeOf, type Initializer } from "../onnx/initializer.ts";

/** A classifier with its weights. */
export interface WeightedGraph {
  readonly logits: Tensor;
  /** The graph inputs that are read beside the batch, by name. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** The values of the parameters, except the constants. */
  readonly weights: Map<string, Weight>;
}

export interface Int8Graph extends WeightedGraph {
  /** The values that belong into the graph itself, where ONNX Runtime packs them once. */
  readonly constants: ReadonlyMap<string, Initializer>;
}

export interface Int8Options {
  /** The name in the error for a weight that is no finite number. */
  readonly file: string;
  /** Whether weights are int8, which is faster with VNNI and wrong without it, or uint8 with a zero point of 128. */
  readonly isSigned: boolean;
}

/**
 * Rebuilds a classifier with the encoder's dense layers in int8 (`quantizedDense`): their weights have a scale for each
 * output, their inputs one scale for the whole batch. Embeddings, normalization, softmax, residual sums and the
 * head stay float32. Since the range of a batch decides its scale, an answer depends a little on the other texts of it.
 *
 * The `weights` are emptied, and those that are still read are copied: they may be views of one buffer of hundreds of
 * megabytes, which need not stay in memory beside the new ones.
 * @param isQuantizable returns whether a weight is that of one of these layers
 * @throws CheckpointError for NaN and infinities.
 */
export function int8Graph(
  { logits, parameters, weights }: WeightedGraph,
  isQuantizable: (parameter: string) => boolean,
  { file, isSigned }: Int8Options,
): Int8Graph {
  const layers = new Map<Tensor, QuantizedWeight>();
  const values = new Map<string, Initializer>();
  const made = new Map<string, Tensor>();
  const hold = (name: string, initializer: Initializer): Tensor => {
    const tensor = input(name, initializer.shape, dtypeOf(initializer));
    values.set(name, initializer);
    made.set(name, tensor);
    return tensor;
  };
  const quantizable = quantizableLayers(logits, isQuantizable);
  const zero =
    quantizable.length > 0 &&
    hold("int8.zeroPoint", { shape: [], data: isSigned ? Int8Array.of(0) : Uint8Array.of(128) });
  for (const { weight, bias } of quantizable) {
    const source = weights.get(weight)!;
    const rounded = toInt8(source, weight, file);
    layers.set(parameters.get(weight)!, {
      zeroPoint: zero as Tensor,
      values: hold(`${weight}.int8`, {
        shape: source.shape.toReversed(),
        data: isSigned ? rounded.values : shifted(rounded.values),
      }),
      scales: hold(`${weight}.scales`, { shape: [source.shape[0]!], data: rounded.scales }),
    });
    // The kernel of the product adds the bias only if it is a constant.
    if (bias !== undefined) values.set(bias, weights.get(bias)!);
  }
  const quantized = rebuild(logits, new Map(), quantizedDense(layers));
  const read = new Set(topologicalOrder([quantized]).flatMap(({ inputs }) => inputs));
  const kept = [...parameters].filter(([, tensor]) => read.has(tensor));
  const copies: [string, Weight][] = kept.flatMap(([name]) => {
    const { shape, data } = weights.get(name)!;
    return values.has(name) ? [] : [[name, { shape, data: data.slice() }]];
  });
  for (const [name, value] of values)
    if (value === weights.get(name)) values.set(name, { ...value, data: value.data.slice() });
  weights.clear();
  return { logits: quantized, parameters: new Map([...kept, ...made]), weights: new Map(copies), constants: values };
}

/** Adds 128 to each integer, in place. */
function shifted(values: Int8Array): Uint8Array {
  const unsigned = new Uint8Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < unsigned.length; i++) unsigned[i]! ^= 128;
  return unsigned;
}

/** Finds weight and bias, if it has one, of each dense layer that may be rounded and whose weight nothing else reads. */
function quantizableLayers(
  logits: Tensor,
  isQuantizable: (parameter: string) => boolean,
): { readonly weight: string; readonly bias: string | undefined }[] {
  const found = new Map<string, string | undefined>();
  const otherwise = new Set<string>();
  for (const { op, inputs } of topologicalOrder([logits])) {
    const names = inputs.map(({ source }) => (source.kind === "input" ? source.name : undefined));
    const hasBias = names.length < 3 || names[2] !== undefined;
    const isDense = op.onnx === "Gemm" && names[1] !== undefined && isQuantizable(names[1]) && hasBias;
    if (isDense) found.set(names[1]!, names[2]);
    for (const [place, name] of names.entries())
      if (name !== undefined && !(isDense && place === 1)) otherwise.add(name);
  }
  return [...found].flatMap(([weight, bias]) => (otherwise.has(weight) ? [] : [{ weight, bias }]));
}
