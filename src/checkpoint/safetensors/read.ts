import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { CheckpointError, readFailure } from "../checkpoint-error.ts";
import { narrowFloat64, widenBfloat16, widenFloat16 } from "../float-widening.ts";
import type { Widening } from "../float-widening.ts";
import { bytesPerElement, numElements, viewAs } from "../tensor.ts";
import type { Dtype, WeightTensor } from "../tensor.ts";
import { parseHeader, prefixBytes, readHeaderLength } from "./header.ts";
import type { SafetensorsHeader, TensorInfo, TensorPlace } from "./header.ts";

/** Tensors on disk, in one file or several. Nothing but headers is held in memory. */
export interface SafetensorsFile {
  /** The file, or the index of its shards. */
  readonly path: string;
  readonly names: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Oddities that do no harm, each naming its file. */
  readonly warnings: readonly string[];
  has(name: string): boolean;
  /** @throws CheckpointError for a tensor that is not there, as do all the reads. */
  info(name: string): TensorInfo;
  /** The elements as float32: F64 rounded, F16 and BF16 exactly. @throws CheckpointError for integers and F8. */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
  /** `[rows, ...rest]` of a `[n, ...rest]` tensor as float32, in the order asked for; only these are read. */
  readRows(name: string, rows: readonly number[]): Promise<Float32Array<ArrayBuffer>>;
  /** The tensor as it is stored. */
  readTensor(name: string): Promise<WeightTensor>;
  close(): Promise<void>;
}

const widenings: Partial<Record<Dtype, Widening>> = { F64: narrowFloat64, F16: widenFloat16, BF16: widenBfloat16 };
// One read() of Linux ends at 2 GiB; what is widened passes through a buffer of this size.
const pieceBytes = 2 ** 24;

/**
 * Opens a safetensors file and checks its whole header. Bytes are taken as little-endian, as every machine that Node
 * and ONNX Runtime share stores them.
 * @throws CheckpointError on a damaged or hostile file, InputMissingError if there is none.
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const handle = await openFile(path);
  try {
    const { size } = await handle.stat();
    const prefix = new Uint8Array(Math.min(size, prefixBytes));
    await readFully(handle, prefix, 0, path);
    const headerBytes = readHeaderLength(prefix, size, path);
    const header = new Uint8Array(headerBytes);
    await readFully(handle, header, prefixBytes, path);
    const dataStart = prefixBytes + headerBytes;
    return new SingleFile(path, handle, parseHeader(header, size - dataStart, path), dataStart);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // Asked first, because opening a named pipe waits for its writer.
    const stats = await stat(path);
    if (stats.isFile()) return await open(path, "r");
  } catch (error) {
    throw readFailure(path, error);
  }
  throw new CheckpointError("not a safetensors file", { file: path, expected: "a file", found: "something else" });
}

/** Fills `target` from `position` on. */
async function readFully(handle: FileHandle, target: Uint8Array, position: number, file: string): Promise<void> {
  for (let done = 0; done < target.byteLength;) {
    const length = Math.min(pieceBytes, target.byteLength - done);
    const { bytesRead } = await handle.read(target, done, length, position + done);
    if (bytesRead === 0) {
      const facts = { file, expected: `${target.byteLength} bytes at ${position}`, found: `${done}` };
      throw new CheckpointError("the file became shorter while it was read", facts);
    }
    done += bytesRead;
  }
}

class SingleFile implements SafetensorsFile {
  readonly path: string;
  readonly names: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  readonly #handle: FileHandle;
  readonly #tensors: ReadonlyMap<string, TensorPlace>;
  readonly #dataStart: number;

  constructor(path: string, handle: FileHandle, header: SafetensorsHeader, dataStart: number) {
    this.path = path;
    this.names = [...header.tensors.keys()];
    this.metadata = header.metadata;
    this.warnings = header.warnings;
    this.#handle = handle;
    this.#tensors = header.tensors;
    this.#dataStart = dataStart;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  info(name: string): TensorInfo {
    const { dtype, shape, bytes } = this.#place(name);
    return { dtype, shape, bytes };
  }

  async read(name: string): Promise<Float32Array<ArrayBuffer>> {
    const target = new Float32Array(numElements(this.#place(name).shape));
    await this.#readFloats(name, 0, target);
    return target;
  }

  async readRows(name: string, rows: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
    const [height, ...rest] = this.#place(name).shape;
    if (height === undefined) throw this.#error("a scalar has no rows", name, "a shape of 1 or more dims", "[]");
    const wrong = rows.find((row) => !(Number.isInteger(row) && row >= 0 && row < height));
    if (wrong !== undefined) throw this.#error("no such row", name, `a row from 0 to ${height - 1}`, `${wrong}`);
    const width = numElements(rest);
    const target = new Float32Array(rows.length * width);
    for (let i = 0, next: number; i < rows.length; i = next) {
      next = i + 1;
      while (next < rows.length && rows[next] === rows[next - 1]! + 1) next++;
      await this.#readFloats(name, rows[i]! * width, target.subarray(i * width, next * width));
    }
    return target;
  }

  async readTensor(name: string): Promise<WeightTensor> {
    const { dtype, shape, begin, bytes } = this.#place(name);
    const data = new Uint8Array(bytes);
    await readFully(this.#handle, data, this.#dataStart + begin, this.path);
    if (dtype === "BOOL" && data.some((byte) => byte > 1)) {
      throw this.#error("bad BOOL", name, "bytes 0 and 1", `${data.find((byte) => byte > 1)}`);
    }
    return { dtype, shape, data: viewAs[dtype](data.buffer) };
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Elements from `first` on, as many as `target` holds. */
  async #readFloats(name: string, first: number, target: Float32Array<ArrayBuffer>): Promise<void> {
    const { dtype, begin } = this.#place(name);
    const size = bytesPerElement[dtype];
    const start = this.#dataStart + begin + first * size;
    if (dtype === "F32") {
      const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
      return readFully(this.#handle, bytes, start, this.path);
    }
    const widen = widenings[dtype];
    if (!widen) throw this.#error("cannot be read as float32", name, "F32, F16, BF16 or F64", dtype);
    const piece = new Uint8Array(Math.min(pieceBytes, target.length * size));
    for (let done = 0; done < target.length;) {
      const count = Math.min(piece.length / size, target.length - done);
      const bytes = piece.subarray(0, count * size);
      await readFully(this.#handle, bytes, start + done * size, this.path);
      widen(bytes, target.subarray(done, done + count));
      done += count;
    }
  }

  #place(name: string): TensorPlace {
    const place = this.#tensors.get(name);
    if (place) return place;
    throw this.#error("not in the file", name, "its name in the header", `${this.names.length} other tensors`);
  }

  #error(what: string, tensor: string, expected: string, found: string): CheckpointError {
    return new CheckpointError(what, { file: this.path, tensor, expected, found });
  }
}
