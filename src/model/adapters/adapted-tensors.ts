import { formatShape } from "../../autodiff/dims.ts";
import { isLoraName, loraNames, type Lora } from "../../nn/lora.ts";
import { tokenRowsName } from "../../nn/token-rows.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import type { SizedEncoder } from "../config-file.ts";
import type { TensorFile, TensorInfo } from "../weights/tensor-file.ts";
import { numElements, type WeightTensor } from "../weights/tensor.ts";
import { peftPrefix, type AdapterTokens } from "./adapter-config.ts";
import { OwnRows } from "./own-rows.ts";

/** A base and an adapter on it, opened. */
export interface AdapterParts {
  readonly base: TensorFile;
  readonly adapter: TensorFile;
  readonly scaling: number;
  /** The tokens that have rows of the adapter's own, if there are any. */
  readonly tokens?: AdapterTokens | undefined;
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
  /** The table of words, if rows of the adapter's are merged into it. */
  readonly #own: OwnRows | undefined;
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
    const table = encoder.wordTable;
    const names = adapter.names.map((name) => name.replace(peftPrefix, "")).filter((name) => !isCopy(name, table));
    const matrices = names.filter(isLoraName);
    const rows = parts.tokens ? [tokenRowsName(table)] : [];
    this.#saved = new Set(names.filter((name) => !matrices.includes(name) && !rows.includes(name)));
    this.#adapted = new Set(matrices.map((name) => name.replace(/lora_[AB]\.weight$/, "weight")));
    const sources = specs.flatMap(({ name }): [string, string][] => {
      const source = keys.source(name);
      return source === undefined || this.#saved.has(name) ? [] : [[name, source]];
    });
    this.#sources = new Map(sources);
    for (const weight of this.#adapted) this.#requireFit(weight);
    const { tokens } = parts;
    const resized = peftPrefix + resizedTable(table);
    const own = !tokens
      ? undefined
      : adapter.has(resized)
        ? OwnRows.open({ base: adapter, adapter, tokens }, { encoder, config }, resized)
        : OwnRows.open({ base, adapter, tokens }, { encoder, config }, this.#sources.get(table) ?? table);
    if (parts.isApart) {
      const whole = [...this.#saved, ...(adapter.has(resized) ? [table] : [])].filter((name) => keys.source(name));
      requireNoneWhole(
        adapter.path,
        whole.filter((name) => name !== encoder.entityTable),
      );
      const rankOf = (weight: string): number => adapter.info(peftPrefix + loraNames(weight).a).shape[0]!;
      const ranks = new Map([...this.#adapted].map((name) => [name, rankOf(name)]));
      this.lora = { scaling: parts.scaling, ranks, tokens: own?.rows };
      this.#saved = new Set([...this.#saved, ...matrices, ...rows]);
      this.#adapted = new Set();
    } else this.#own = own;
    this.names = [...this.#sources.keys(), ...this.#saved].sort();
  }

  has(name: string): boolean {
    return this.#saved.has(name) || this.#sources.has(name);
  }

  info(name: string): TensorInfo {
    if (this.#saved.has(name)) return this.#parts.adapter.info(peftPrefix + name);
    if (this.#own?.rows.table === name) return this.#own.info();
    return this.#parts.base.info(this.#sources.get(name) ?? name);
  }

  /** Whether all adapters of the base read the same array. */
  isShared(name: string): boolean {
    return !this.#saved.has(name) && (this.#parts.base.isShared?.(name) ?? false);
  }

  async read(name: string, target?: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    const { base, adapter } = this.#parts;
    if (this.#saved.has(name)) return adapter.read(peftPrefix + name, target);
    if (this.#own?.rows.table === name) return this.#own.read(target);
    const weight = await base.read(this.#sources.get(name) ?? name, target);
    if (this.#adapted.has(name)) await this.#add(name, weight);
    return weight;
  }

  async readRows(name: string, rows: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
    const { base, adapter } = this.#parts;
    if (this.#saved.has(name)) return adapter.readRows(peftPrefix + name, rows);
    if (this.#own?.rows.table === name) return this.#own.readRows(rows);
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
    const isMerged = this.#adapted.has(name) || this.#own?.rows.table === name;
    if (!isMerged) return base.readTensor(this.#sources.get(name) ?? name);
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

/** The table of words that PEFT saves beside its rows where it was resized. */
const resizedTable = (table: string): string => table.replace(/weight$/, "token_adapter.base_layer.weight");

/** Whether a tensor holds what PEFT computes again: the rows before training, and that table, which is read apart. */
const isCopy = (name: string, table: string): boolean =>
  name === resizedTable(table) || name.endsWith(".token_adapter.trainable_tokens_original");

/** @throws CheckpointError for weights of the base that an adapter holds whole, which others of the base would read too */
function requireNoneWhole(file: string, names: readonly string[]): void {
  if (names.length === 0) return;
  throw new CheckpointError("an adapter cannot share its base", {
    file,
    expected: "corrections and rows of its own beside the weights of the base",
    found: `${names[0]} whole`,
    next: "Open it alone, which merges it, or merge it first: relata model export FOLDER OUT --format safetensors.",
  });
}
