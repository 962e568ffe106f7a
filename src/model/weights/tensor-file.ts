import type { Dtype, WeightTensor } from "./tensor.ts";

export interface TensorInfo {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** Tensors on disk, in one file or several, of safetensors or torch. Nothing but their directory is held in memory. */
export interface TensorFile {
  /** The file, or the index of its shards. */
  readonly path: string;
  readonly names: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Oddities that do no harm, each naming its file. */
  readonly warnings: readonly string[];
  has(name: string): boolean;
  /** @throws CheckpointError for a tensor that is not there, as do all the reads. */
  info(name: string): TensorInfo;
  /**
   * The elements as float32: F64 rounded, F16 and BF16 exactly. @throws CheckpointError for integers and F8.
   * @param target filled and returned, if given; of as many elements
   */
  read(name: string, target?: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>>;
  /** `[rows, ...rest]` of a `[n, ...rest]` tensor as float32, in the order asked for; only these are read. */
  readRows(name: string, rows: readonly number[]): Promise<Float32Array<ArrayBuffer>>;
  /** The tensor as it is stored, its elements in row-major order. */
  readTensor(name: string): Promise<WeightTensor>;
  close(): Promise<void>;
}
