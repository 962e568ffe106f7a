import { createHash } from "node:crypto";
import type { TokenizerFiles } from "../../tokenization/tokenizers/tokenizer-files.ts";
import { openedEncoder, type Encoder, type EncoderConfig, type OpenedEncoder } from "../encoders/encoder.ts";
import type { Scorer } from "../scorer.ts";
import { firstNonFinite, unusableWeight } from "../weights/read-weights.ts";
import type { TensorFile } from "../weights/tensor-file.ts";
import { openWeights } from "../weights/weights.ts";
import { digestsOf, type BaseReference } from "./base.ts";

/** A base whose adapters are opened side by side: its arrays are read once, and sessions of one shape are made once. */
export class SharedBase {
  readonly folder: string;
  /** The files of its weights, which an adapter compares with those that it was trained on. */
  readonly digests: BaseReference["weights"];
  /** The tensors of the base; `read` gives one array to all. */
  readonly tensors: TensorFile;
  readonly #file: TensorFile;
  readonly #encoders = new Map<string, unknown>();
  readonly #scorers = new Map<string, Promise<Scorer>>();

  private constructor(folder: string, digests: BaseReference["weights"], file: TensorFile) {
    this.folder = folder;
    this.digests = digests;
    this.#file = file;
    this.tensors = sharing(file);
  }

  static async open(folder: string): Promise<SharedBase> {
    const digests = await digestsOf(folder);
    return new SharedBase(folder, digests, await openWeights(folder));
  }

  /** Opens sizes and tokenizer once for all adapters with the same files: a vocabulary may be larger than an adapter. */
  readonly openEncoder = <Config extends EncoderConfig>(
    encoder: Encoder<Config>,
    config: Config,
    files: TokenizerFiles,
  ): OpenedEncoder<Config> => {
    const hash = createHash("sha256").update(JSON.stringify([encoder.name, config]));
    for (const name of Object.keys(files).sort()) hash.update(name).update(files[name]!);
    const key = hash.digest("hex");
    const opened =
      (this.#encoders.get(key) as OpenedEncoder<Config> | undefined) ?? openedEncoder(encoder, config, files);
    this.#encoders.set(key, opened);
    return opened;
  };

  /** Returns the scorer of a model's shape, made at the first call; the next ones share its session. */
  scorer(shape: string, make: () => Promise<Scorer>): { readonly scorer: Promise<Scorer>; readonly isNew: boolean } {
    const known = this.#scorers.get(shape);
    if (known) return { scorer: known, isNew: false };
    const scorer = make();
    this.#scorers.set(shape, scorer);
    return { scorer, isNew: true };
  }

  /** Closes the files; what was read stays. */
  close(): Promise<void> {
    return this.#file.close();
  }

  /** Frees the sessions. */
  async dispose(): Promise<void> {
    for (const scorer of this.#scorers.values()) await (await scorer).dispose();
    this.#scorers.clear();
  }
}

/** A file of tensors whose arrays are read once. */
function sharing(file: TensorFile): TensorFile {
  const arrays = new Map<string, Promise<Float32Array<ArrayBuffer>>>();
  const read = async (name: string): Promise<Float32Array<ArrayBuffer>> => {
    const data = await file.read(name);
    const wrong = firstNonFinite(data);
    if (wrong >= 0) throw unusableWeight(file.path, name, data, wrong);
    return data;
  };
  return {
    path: file.path,
    names: file.names,
    metadata: file.metadata,
    warnings: file.warnings,
    has: (name) => file.has(name),
    info: (name) => file.info(name),
    read: (name) => {
      const known = arrays.get(name) ?? read(name);
      arrays.set(name, known);
      return known;
    },
    readRows: (name, rows) => file.readRows(name, rows),
    readTensor: (name) => file.readTensor(name),
    isShared: () => true,
    // Others read it too.
    close: async () => {},
  };
}
