/** A value that a session takes or returns. */
export interface TensorValue {
  readonly dtype: "float32" | "int32" | "int64";
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array;
}

/** The values of graph inputs, by name. */
export type Feeds = ReadonlyMap<string, TensorValue>;

/** Returns the elements of a float32 value. */
export function floats({ dtype, data }: TensorValue): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new TypeError(`expected float32 values, got ${dtype}`);
}

export const float32 = (data: Float32Array, dims: readonly number[]): TensorValue => ({ dtype: "float32", dims, data });
export const int32 = (data: Int32Array, dims: readonly number[]): TensorValue => ({ dtype: "int32", dims, data });
