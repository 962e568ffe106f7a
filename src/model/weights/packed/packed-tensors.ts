import { CheckpointError } from "../../checkpoint-error.ts";
import type { TensorFile, TensorInfo } from "../tensor-file.ts";
import { numElements, type WeightTensor } from "../tensor.ts";
import { blockSize, packBlocks, unpackBlocks, type Bits } from "./blocks.ts";

/** The key of safetensors' metadata, and its value, that marks a file with packed matrices. */
export const packing = { key: "relata_packing", value: "blocks-of-32" } as const;

/** Endings of the two tensors that stand for one matrix `NAME`: `NAME.q4` or `NAME.q8`, and `NAME.scale`. */
const endings: readonly (readonly [ending: string, bits: Bits])[] = [
  [".q4", 4],
  [".q8", 8],
];
const scaleEnding = ".scale";

/**
 * Makes the tensors that stand for a matrix [rows, columns] of few bits: integers U8 [rows, columns * bits / 8] and
 * scales F16 [rows, columns / 32].
 */
export function packMatrix(
  name: string,
  { shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array },
  bits: Bits,
): [name: string, tensor: WeightTensor<"U8"> | WeightTensor<"F16">][] {
  const [rows, columns] = shape as [number, number];
  const { values, scales } = packBlocks(data, bits);
  return [
    [`${name}.q${bits}`, { dtype: "U8", shape: [rows, (columns * bits) / 8], data: values }],
    [`${name}${scaleEnding}`, { dtype: "F16", shape: [rows, columns / blockSize], data: scales }],
  ];
}

/**
 * A file whose packed matrices are read under their own names and as float32; all other tensors are read as they are.
 */
export class PackedTensors implements TensorFile {
  readonly path: string;
  readonly names: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  readonly #file: TensorFile;
  readonly #packed: ReadonlyMap<string, { readonly stored: string; readonly bits: Bits; readonly info: TensorInfo }>;

  /** Pairs integers with scales. @throws CheckpointError if they do not belong together */
  constructor(file: TensorFile) {
    this.path = file.path;
    this.metadata = file.metadata;
    this.warnings = file.warnings;
    this.#file = file;
    const packed = new Map<string, { stored: string; bits: Bits; info: TensorInfo }>();
    const parts = new Set<string>();
    for (const stored of file.names) {
      const found = endings.find(([ending]) => stored.endsWith(ending));
      if (!found) continue;
      const [ending, bits] = found;
      const name = stored.slice(0, -ending.length);
      packed.set(name, { stored, bits, info: packedInfo(file, { name, stored, bits }) });
      parts.add(stored).add(name + scaleEnding);
    }
    this.#packed = packed;
    this.names = [...packed.keys(), ...file.names.filter((name) => !parts.has(name))].sort();
  }

  has(name: string): boolean {
    return this.#packed.has(name) || this.#file.has(name);
  }

  info(name: string): TensorInfo {
    return this.#packed.get(name)?.info ?? this.#file.info(name);
  }

  async read(name: string, given?: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    const packed = this.#packed.get(name);
    if (!packed) return this.#file.read(name, given);
    const target = given ?? new Float32Array(numElements(packed.info.shape));
    const [values, scales] = await Promise.all([
      this.#file.readTensor(packed.stored),
      this.#file.readTensor(name + scaleEnding),
    ]);
    unpackBlocks(
      { values: values.data as Uint8Array<ArrayBuffer>, scales: scales.data as Uint16Array<ArrayBuffer> },
      packed.bits,
      target,
    );
    return target;
  }

  async readRows(name: string, rows: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
    const packed = this.#packed.get(name);
    if (!packed) return this.#file.readRows(name, rows);
    const [height, width] = packed.info.shape as [number, number];
    const all = await this.read(name);
    const target = new Float32Array(rows.length * width);
    for (const [i, row] of rows.entries()) {
      if (!(Number.isInteger(row) && row >= 0 && row < height)) {
        throw new CheckpointError("no such row", {
          file: this.path,
          tensor: name,
          expected: `a row from 0 to ${height - 1}`,
          found: `${row}`,
        });
      }
      target.set(all.subarray(row * width, (row + 1) * width), i * width);
    }
    return target;
  }

  async readTensor(name: string): Promise<WeightTensor> {
    const packed = this.#packed.get(name);
    if (!packed) return this.#file.readTensor(name);
    return { dtype: "F32", shape: packed.info.shape, data: await this.read(name) };
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function packedInfo(
  file: TensorFile,
  { name, stored, bits }: { readonly name: string; readonly stored: string; readonly bits: Bits },
): TensorInfo {
  const values = file.info(stored);
  const [rows, width] = values.shape;
  const scales = file.has(name + scaleEnding) ? file.info(name + scaleEnding) : undefined;
  const columns = ((width ?? 0) * 8) / bits;
  const fits =
    values.dtype === "U8" &&
    values.shape.length === 2 &&
    scales?.dtype === "F16" &&
    scales.shape.length === 2 &&
    scales.shape[0] === rows &&
    scales.shape[1]! * blockSize === columns;
  if (!fits) {
    throw new CheckpointError("a packed matrix is damaged", {
      file: file.path,
      tensor: name,
      expected: `integers U8 [rows, columns * ${bits} / 8] beside scales F16 [rows, columns / ${blockSize}]`,
      found: `${values.dtype} [${values.shape.join(", ")}] and ${scales ? `${scales.dtype} [${scales.shape.join(", ")}]` : "no scales"}`,
    });
  }
  const shape = [rows!, columns];
  return { dtype: "F32", shape, bytes: 4 * numElements(shape) };
}
