/** Data types of the safetensors format that have a typed array; F16, BF16 and F8 keep their raw bits. */
export interface DtypeArrays {
  F64: Float64Array<ArrayBuffer>;
  F32: Float32Array<ArrayBuffer>;
  F16: Uint16Array<ArrayBuffer>;
  BF16: Uint16Array<ArrayBuffer>;
  F8_E4M3: Uint8Array<ArrayBuffer>;
  F8_E5M2: Uint8Array<ArrayBuffer>;
  I64: BigInt64Array<ArrayBuffer>;
  I32: Int32Array<ArrayBuffer>;
  I16: Int16Array<ArrayBuffer>;
  I8: Int8Array<ArrayBuffer>;
  U64: BigUint64Array<ArrayBuffer>;
  U32: Uint32Array<ArrayBuffer>;
  U16: Uint16Array<ArrayBuffer>;
  U8: Uint8Array<ArrayBuffer>;
  BOOL: Uint8Array<ArrayBuffer>;
}

export type Dtype = keyof DtypeArrays;

export const bytesPerElement: Readonly<Record<Dtype, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
};

/** Views a buffer's bytes as elements of a data type. */
export const viewAs: { readonly [D in Dtype]: (bytes: ArrayBuffer) => DtypeArrays[D] } = {
  F64: (bytes) => new Float64Array(bytes),
  F32: (bytes) => new Float32Array(bytes),
  F16: (bytes) => new Uint16Array(bytes),
  BF16: (bytes) => new Uint16Array(bytes),
  F8_E4M3: (bytes) => new Uint8Array(bytes),
  F8_E5M2: (bytes) => new Uint8Array(bytes),
  I64: (bytes) => new BigInt64Array(bytes),
  I32: (bytes) => new Int32Array(bytes),
  I16: (bytes) => new Int16Array(bytes),
  I8: (bytes) => new Int8Array(bytes),
  U64: (bytes) => new BigUint64Array(bytes),
  U32: (bytes) => new Uint32Array(bytes),
  U16: (bytes) => new Uint16Array(bytes),
  U8: (bytes) => new Uint8Array(bytes),
  BOOL: (bytes) => new Uint8Array(bytes),
};

export const isDtype = (name: string): name is Dtype => Object.hasOwn(bytesPerElement, name);

/** A tensor as it is stored, in row-major order. */
export interface WeightTensor<D extends Dtype = Dtype> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: DtypeArrays[D];
}

/** A tensor as it is trained. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A state dict under Hugging Face's names: `encoder.layer.0.attention.self.query.weight`. */
export type Weights = Map<string, Weight>;

/** The number of elements; 1 for a scalar's shape `[]`. */
export const numElements = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);
