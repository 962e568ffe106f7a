import { CheckpointError } from "../checkpoint-error.ts";
import { narrowFloat64, widenBfloat16, widenFloat16 } from "./float-widening.ts";
import type { Widening } from "./float-widening.ts";
import { readBytes, readFully, type ByteSource } from "./byte-source.ts";
import { gather } from "./strides.ts";
import type { TensorFile, TensorInfo } from "./tensor-file.ts";
import { bytesPerElement, numElements, viewAs } from "./tensor.ts";
import type { Dtype, WeightTensor } from "./tensor.ts";

/** The place of a tensor's elements in a file. */
export interface PlacedTensor extends TensorInfo {
  /** The position of the first element, in bytes from the start of the file. */
  readonly position: number;
  /** The strides; present only if the elements are not row-major without gaps. */
  readonly strides?: readonly number[];
}

export interface FileParts {
  readonly tensors: ReadonlyMap<string, PlacedTensor>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/** The most bytes that are read before they are converted; many tensors may be read at once. */
const widenedBytes = 2 ** 20;

const widenings: Partial<Record<Dtype, Widening>> = { F64: narrowFloat64, F16: widenFloat16, BF16: widenBfloat16 };

/**
 * Tensors of one file whose places are known and were checked against its size. Bytes are taken as little-endian, as
 * every machine that Node and ONNX Runtime share stores them.
 */
export class PlacedTensors implements TensorFile {
  readonly path: string;
  readonly names: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  readonly #source: ByteSource;
  readonly #tensors: ReadonlyMap<string, PlacedTensor>;

  /** @param source the open file, closed by `close()` */
  constructor(path: string, source: ByteSource, { tensors, metadata, warnings }: FileParts) {
    this.path = path;
    this.names = [...tensors.keys()];
    this.metadata = metadata;
    this.warnings = warnings;
    this.#source = source;
    this.#tensors = tensors;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  info(name: string): TensorInfo {
    const { dtype, shape, bytes } = this.#place(name);
    return { dtype, shape, bytes };
  }

  async read(name: string, given?: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    const place = this.#place(name);
    const inMemory = given ? undefined : this.#viewOf(place);
    if (inMemory) return inMemory;
    const target = given ?? new Float32Array(numElements(place.shape));
    if (target.length !== numElements(place.shape)) throw new RangeError(`internal: no room for ${name}`);
    await this.#readFloats(name, place, target);
    return target;
  }

  isInMemory(name: string): boolean {
    return this.#viewOf(this.#place(name)) !== undefined;
  }

  /** The elements where they are, if the file is in memory and holds them as float32 at a place for such. */
  #viewOf({ dtype, shape, position, strides }: Place): Float32Array<ArrayBuffer> | undefined {
    if (dtype !== "F32" || strides) return undefined;
    const length = numElements(shape);
    const bytes = this.#source.view?.(position, length * bytesPerElement.F32);
    if (!bytes || bytes.byteOffset % bytesPerElement.F32 !== 0) return undefined;
    return new Float32Array(bytes.buffer, bytes.byteOffset, length);
  }

  async readRows(name: string, rows: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
    const { dtype, shape, position, strides } = this.#place(name);
    const [height, ...rest] = shape;
    if (height === undefined) throw this.#error("a scalar has no rows", name, "a shape of 1 or more dims", "[]");
    const wrong = rows.find((row) => !(Number.isInteger(row) && row >= 0 && row < height));
    if (wrong !== undefined) throw this.#error("no such row", name, `a row from 0 to ${height - 1}`, `${wrong}`);
    const width = numElements(rest);
    const size = bytesPerElement[dtype];
    const target = new Float32Array(rows.length * width);
    for (let i = 0, next: number; i < rows.length; i = next) {
      next = i + 1;
      if (!strides) while (next < rows.length && rows[next] === rows[next - 1]! + 1) next++;
      const start = position + rows[i]! * (strides?.[0] ?? width) * size;
      const run = strides
        ? { dtype, shape: rest, position: start, strides: strides.slice(1) }
        : { dtype, shape: [next - i, ...rest], position: start };
      await this.#readFloats(name, run, target.subarray(i * width, next * width));
    }
    return target;
  }

  async readTensor(name: string): Promise<WeightTensor> {
    const place = this.#place(name);
    const { dtype, shape } = place;
    const data = await this.#readBytes(place);
    if (dtype === "BOOL" && data.some((byte) => byte > 1)) {
      throw this.#error("bad BOOL", name, "bytes 0 and 1", `${data.find((byte) => byte > 1)}`);
    }
    return { dtype, shape, data: viewAs[dtype](data.buffer) };
  }

  async close(): Promise<void> {
    await this.#source.close();
  }

  /** Reads all elements in row-major order, as they are stored. */
  async #readBytes({ dtype, shape, position, strides }: Place): Promise<Uint8Array<ArrayBuffer>> {
    const size = bytesPerElement[dtype];
    const length = numElements(shape) * size;
    if (!strides) return readBytes(this.#source, position, length, this.path);
    const bytes = new Uint8Array(length);
    const read = (piece: Uint8Array, from: number): Promise<void> =>
      readFully(this.#source, piece, position + from, this.path);
    await gather(read, shape, strides, size, bytes);
    return bytes;
  }

  async #readFloats(name: string, place: Place, target: Float32Array<ArrayBuffer>): Promise<void> {
    const { dtype, position, strides } = place;
    const widen = widenings[dtype];
    if (dtype !== "F32" && !widen) {
      throw this.#error("cannot be read as float32", name, "F32, F16, BF16 or F64", dtype);
    }
    if (strides) {
      const bytes = await this.#readBytes(place);
      if (widen) widen(bytes, target);
      else target.set(new Float32Array(bytes.buffer));
    } else if (!widen) {
      const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
      await readFully(this.#source, bytes, position, this.path);
    } else {
      const size = bytesPerElement[dtype];
      const piece = new Uint8Array(Math.min(widenedBytes, target.length * size));
      for (let done = 0; done < target.length;) {
        const count = Math.min(piece.length / size, target.length - done);
        const bytes = piece.subarray(0, count * size);
        await readFully(this.#source, bytes, position + done * size, this.path);
        widen(bytes, target.subarray(done, done + count));
        done += count;
      }
    }
  }

  #place(name: string): PlacedTensor {
    const place = this.#tensors.get(name);
    if (place) return place;
    throw this.#error("not in the file", name, "its name in the header", `${this.names.length} other tensors`);
  }

  #error(what: string, tensor: string, expected: string, found: string): CheckpointError {
    return new CheckpointError(what, { file: this.path, tensor, expected, found });
  }
}

type Place = Omit<PlacedTensor, "bytes">;
