import type { Dtype, WeightTensor } from "./tensor.ts";

export interface TensorInfo {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** Tensors on disk, in one file or several, of safetensors or torch. Only their directory is in memory. */
export interface TensorFile {
  /** The file, or the index of its shards. */
  readonly path: string;
  readonly names: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Sentences on harmless oddities, each naming its file. */
  readonly warnings: readonly string[];
  has(name: string): boolean;
  /** Describes a tensor. @throws CheckpointError for a missing tensor, as all the reads do */
  info(name: string): TensorInfo;
  /**
   * Reads the elements as float32: F64 rounded, F16 and BF16 exactly. @throws CheckpointError for integers and F8.
   * @param target an array of as many elements, which is filled and returned if given
   */
  read(name: string, target?: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>>;
  /** Reads the rows `[rows, ...rest]` of a `[n, ...rest]` tensor as float32, in the given order, and no others. */
  readRows(name: string, rows: readonly number[]): Promise<Float32Array<ArrayBuffer>>;
  /** Reads the tensor as it is stored, its elements in row-major order. */
  readTensor(name: string): Promise<WeightTensor>;
  /** Whether `read` gives an array of this tensor that others read too, which has been checked. */
  isShared?(name: string): boolean;
  /** Whether `read` without a target gives a view of the file's own memory, which nobody may write to. */
  isInMemory?(name: string): boolean;
  close(): Promise<void>;
}
