import { formatShape } from "../../autodiff/dims.ts";
import { loraNames, type Lora } from "../../nn/lora.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import type { SizedEncoder } from "../config-file.ts";
import type { TensorFile, TensorInfo } from "../weights/tensor-file.ts";
import { numElements, type WeightTensor } from "../weights/tensor.ts";
import { peftPrefix } from "./adapter-config.ts";

/** A base and an adapter on it, opened. */
export interface AdapterParts {
  readonly base: TensorFile;
  readonly adapter: TensorFile;
  readonly scaling: number;
  /** Whether matrices are read apart: those of the base as they are, and A and B beside them. */
  readonly isApart?: boolean | undefined;
}

/**
 * A base and an adapter, read as the merged model: W + scaling·B·A for each adapted matrix, the adapter's own tensors (the
 * classifier, a table of entities), and all other tensors of the base's encoder; or apart. Names are those of the model's weights.
 */
export class AdaptedTensors implements TensorFile {
  readonly path: string;
  readonly names: readonly string[];
  readonly metadata: ReadonlyMap<string, string> = new Map();
  readonly warnings: readonly string[];
  readonly #parts: AdapterParts;
  /** Tensors of the base by the names of weights. */
  readonly #sources: ReadonlyMap<string, string>;
  /** Weights that the adapter holds whole. */
  readonly #saved: ReadonlySet<string>;
  readonly #adapted: ReadonlySet<string>;
  /** The adapter, if its matrices are read apart. */
  readonly lora: Lora | undefined;

  /** @throws CheckpointError for matrices that fit no weight of the base */
  constructor(parts: AdapterParts, { encoder, config }: SizedEncoder) {
    const { base, adapter } = parts;
    this.#parts = parts;
    this.path = adapter.path;
    this.warnings = [...base.warnings, ...adapter.warnings];
    const specs = encoder.parameters(config);
    const keys = encoder.keys(base.names, specs);
    const names = adapter.names.map((name) => name.replace(peftPrefix, ""));
    const matrices = names.filter((name) => /\.lora_[AB]\.weight$/.test(name));
    this.#saved = new Set(names.filter((name) => !matrices.includes(name)));
    this.#adapted = new Set(matrices.map((name) => name.replace(/lora_[AB]\.weight$/, "weight")));
    const sources = specs.flatMap(({ name }): [string, string][] => {
      const source = keys.source(name);
      return source === undefined || this.#saved.has(name) ? [] : [[name, source]];
    });
    this.#sources = new Map(sources);
    for (const weight of this.#adapted) this.#requireFit(weight);
    if (parts.isApart) {
      const rankOf = (weight: string): number => adapter.info(peftPrefix + loraNames(weight).a).shape[0]!;
      this.lora = { scaling: parts.scaling, ranks: new Map([...this.#adapted].map((name) => [name, rankOf(name)])) };
      this.#saved = new Set([...this.#saved, ...matrices]);
      this.#adapted = new Set();
    }
    this.names = [...this.#sources.keys(), ...this.#saved].sort();
  }

  has(name: string): boolean {
    return this.#saved.has(name) || this.#sources.has(name);
  }

  info(name: string): TensorInfo {
    if (this.#saved.has(name)) return this.#parts.adapter.info(peftPrefix + name);
    return this.#parts.base.info(this.#sources.get(name) ?? name);
  }

  /** Whether all adapters of the base read the same array. */
  isShared(name: string): boolean {
    return !this.#saved.has(name) && (this.#parts.base.isShared?.(name) ?? false);
  }

  async read(name: string, target?: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    const { base, adapter } = this.#parts;
    if (this.#saved.has(name)) return adapter.read(peftPrefix + name, target);
    const weight = await base.read(this.#sources.get(name) ?? name, target);
    if (this.#adapted.has(name)) await this.#add(name, weight);
    return weight;
  }

  async readRows(name: string, rows: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
    const { base, adapter } = this.#parts;
    if (this.#saved.has(name)) return adapter.readRows(peftPrefix + name, rows);
    if (!this.#adapted.has(name)) return base.readRows(this.#sources.get(name) ?? name, rows);
    const width = this.info(name).shape[1]!;
    const all = await this.read(name);
    const target = new Float32Array(rows.length * width);
    for (const [i, row] of rows.entries()) target.set(all.subarray(row * width, (row + 1) * width), i * width);
    return target;
  }

  async readTensor(name: string): Promise<WeightTensor> {
    const { base, adapter } = this.#parts;
    if (this.#saved.has(name)) return adapter.readTensor(peftPrefix + name);
    if (!this.#adapted.has(name)) return base.readTensor(this.#sources.get(name) ?? name);
    return { dtype: "F32", shape: this.info(name).shape, data: await this.read(name) };
  }

  async close(): Promise<void> {
    await this.#parts.base.close();
    await this.#parts.adapter.close();
  }

  /** Adds scaling·B·A in place. */
  async #add(name: string, weight: Float32Array): Promise<void> {
    const { adapter, scaling } = this.#parts;
    const { a, b } = loraNames(name);
    const [ofA, ofB] = [await adapter.read(peftPrefix + a), await adapter.read(peftPrefix + b)];
    const [out, inner] = this.info(name).shape as [number, number];
    const rank = ofA.length / inner;
    const row = new Float64Array(inner);
    for (let i = 0; i < out; i++) {
      row.fill(0);
      for (let k = 0; k < rank; k++) {
        const factor = scaling * ofB[i * rank + k]!;
        for (let j = 0; j < inner; j++) row[j]! += factor * ofA[k * inner + j]!;
      }
      for (let j = 0; j < inner; j++) weight[i * inner + j]! += row[j]!;
    }
  }

  #requireFit(weight: string): void {
    const { adapter } = this.#parts;
    const shapeOf = (name: string): readonly number[] | undefined =>
      adapter.has(peftPrefix + name) ? adapter.info(peftPrefix + name).shape : undefined;
    const { a, b } = loraNames(weight);
    const [ofA, ofB] = [shapeOf(a), shapeOf(b)];
    const whole = this.#sources.has(weight) ? this.info(weight).shape : undefined;
    const fits =
      whole?.length === 2 &&
      ofA?.[1] === whole[1] &&
      ofB?.[0] === whole[0] &&
      ofA?.[0] === ofB?.[1] &&
      numElements(ofA ?? []) > 0;
    if (fits) return;
    const shown = (shape: readonly number[] | undefined): string => (shape ? formatShape(shape) : "none");
    throw new CheckpointError("an adapter does not fit its base", {
      file: adapter.path,
      tensor: weight,
      expected: "a matrix [out, inner] of the base's encoder, A [rank, inner] and B [out, rank]",
      found: `${shown(whole)}, ${shown(ofA)} and ${shown(ofB)}`,
      next: "Is adapter_config.json that of another adapter, or config.json that of another base?",
    });
  }
}
