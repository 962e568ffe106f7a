import type { OptimizerState } from "../../training/optimizer.ts";
import type { StoredWeight } from "../weights/safetensors/write.ts";
import type { TensorFile } from "../weights/tensor-file.ts";

type Tensors = [name: string, tensor: StoredWeight][];

const stored = (data: Float32Array | Int32Array): StoredWeight =>
  data instanceof Int32Array
    ? { dtype: "I32", shape: [data.length], data: data as Int32Array<ArrayBuffer> }
    : { shape: [data.length], data };

/** The arrays of an optimizer by their names. */
export const tensorsOfOptimizer = ({ arrays }: OptimizerState): Tensors =>
  [...arrays].map(([name, data]) => [name, stored(data)]);

export async function readOptimizer(file: TensorFile, step: number): Promise<OptimizerState> {
  const arrays = new Map<string, Float32Array | Int32Array>();
  for (const name of file.names) {
    const { data } = await file.readTensor(name);
    arrays.set(name, data as Float32Array | Int32Array);
  }
  return { step, arrays };
}

/** The logits of texts, one array after the other, and their lengths. */
export function tensorsOfLogits(logits: readonly Float32Array[]): Tensors {
  const lengths = Int32Array.from(logits, ({ length }) => length);
  const all = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
  let end = 0;
  for (const row of logits) {
    all.set(row, end);
    end += row.length;
  }
  return [
    ["lengths", stored(lengths)],
    ["logits", stored(all)],
  ];
}

export async function readLogits(file: TensorFile): Promise<Float32Array[]> {
  const lengths = (await file.readTensor("lengths")).data as Int32Array;
  const all = (await file.readTensor("logits")).data as Float32Array;
  let end = 0;
  return Array.from(lengths, (length) => all.slice(end, (end += length)));
}
