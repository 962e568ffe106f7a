import { tokenRowsName, type TokenRows } from "../../nn/token-rows.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import type { SizedEncoder } from "../config-file.ts";
import type { TensorFile, TensorInfo } from "../weights/tensor-file.ts";
import { peftPrefix, type AdapterTokens } from "./adapter-config.ts";

/** The table of words of a base, and rows that an adapter has in the place of some of its own or after them. */
export class OwnRows {
  readonly rows: TokenRows;
  readonly #base: TensorFile;
  readonly #adapter: TensorFile;
  /** The name of the table in the base. */
  readonly #source: string;
  readonly #places: ReadonlyMap<number, number>;
  readonly #vocabSize: number;

  private constructor(base: TensorFile, adapter: TensorFile, source: string, rows: TokenRows, vocabSize: number) {
    this.#base = base;
    this.#adapter = adapter;
    this.#source = source;
    this.rows = rows;
    this.#places = new Map(rows.ids.map((id, place) => [id, place]));
    this.#vocabSize = vocabSize;
  }

  /**
   * @param source the name of the table of words in the base
   * @throws CheckpointError for rows that fit neither adapter_config.json nor config.json
   */
  static open(
    { base, adapter, tokens }: { base: TensorFile; adapter: TensorFile; tokens: AdapterTokens },
    { encoder, config: { vocabSize, hiddenSize } }: SizedEncoder,
    source: string,
  ): OwnRows {
    const { wordTable: table } = encoder;
    const { module, ids } = tokens;
    const own = peftPrefix + tokenRowsName(table);
    const found = adapter.has(own) ? adapter.info(own).shape : [];
    const baseRows = base.info(source).shape[0]!;
    const sorted = [...ids].sort((a, b) => a - b);
    const beyond = ids.filter((id) => id >= baseRows);
    const fits =
      (module === undefined || table.replace(/\.weight$/, "").endsWith(module)) &&
      found[0] === ids.length &&
      found[1] === hiddenSize &&
      sorted.every((id, i) => id >= 0 && id !== sorted[i + 1] && id < vocabSize) &&
      beyond.length === Math.max(0, vocabSize - baseRows);
    if (fits) return new OwnRows(base, adapter, source, { table, ids, baseRows }, vocabSize);
    throw new CheckpointError("the rows of an adapter's tokens do not fit", {
      file: adapter.path,
      tensor: table,
      expected:
        `a row of ${hiddenSize} numbers for each token of trainable_token_indices in adapter_config.json, and among them every token ` +
        `from the ${baseRows} rows of the base up to vocab_size ${vocabSize} of config.json`,
      found: `shape [${found.join(", ")}] for ${ids.length} tokens of ${module ?? "the table of words"}, ${beyond.length} of them after the base's`,
      next: "An adapter over a table that was resized needs its own config.json and tokenizer beside it: save the model's and the tokenizer's there.",
    });
  }

  /** Describes the whole table. */
  info(): TensorInfo {
    const { dtype, shape, bytes } = this.#base.info(this.#source);
    const height = Math.max(shape[0]!, this.#vocabSize);
    return { dtype, shape: [height, shape[1]!], bytes: (bytes / shape[0]!) * height };
  }

  async read(target?: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    const [height, width] = this.info().shape as [number, number];
    const table = target ?? new Float32Array(height * width);
    const ofBase = this.rows.baseRows * width;
    await this.#base.read(this.#source, table.subarray(0, ofBase));
    const own = await this.#readOwn();
    for (const [id, place] of this.#places) table.set(own.subarray(place * width, (place + 1) * width), id * width);
    return table;
  }

  async readRows(rows: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
    const width = this.info().shape[1]!;
    const found = await this.#base.readRows(
      this.#source,
      rows.map((id) => (this.#places.has(id) ? 0 : id)),
    );
    const own = await this.#readOwn();
    for (const [i, id] of rows.entries()) {
      const place = this.#places.get(id);
      if (place !== undefined) found.set(own.subarray(place * width, (place + 1) * width), i * width);
    }
    return found;
  }

  #readOwn(): Promise<Float32Array<ArrayBuffer>> {
    return this.#adapter.read(peftPrefix + tokenRowsName(this.rows.table));
  }
}
