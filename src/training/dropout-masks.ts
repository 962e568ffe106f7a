import { product } from "../autodiff/dims.ts";
import type { Dim, Shape } from "../autodiff/index.ts";
import type { DropoutSite } from "../nn/graph-builder.ts";
import { random } from "../random.ts";
import { float32, floats, type TensorValue } from "../runtime/values.ts";
import { countOf } from "./batch-sizes.ts";
import { maskName, sliceNames } from "./drawn-masks.ts";

const smallestPool = 2 ** 22;

/** The sizes of a batch by the names of its dimensions. */
export type Sizes = ReadonlyMap<string, number>;

/** The place of a batch within a larger one that is padded alike. */
export interface RowsWithin {
  readonly whole: Sizes;
  /** The sizes of the examples before it. */
  readonly before: Sizes;
}

interface Slice {
  readonly pool: Float32Array;
  readonly start: number;
  readonly end: number;
  readonly dims: readonly number[];
}

const place = (at: number): TensorValue => ({ dtype: "int64", dims: [1], data: BigInt64Array.of(BigInt(at)) });

/** Whether a dimension grows with the examples of a batch; all others are the same for a part as for the whole. */
const isOfExamples = (dim: Dim): boolean => typeof dim === "string" && /\b(?:batch|pairs)\b/.test(dim);

/**
 * Dropout masks as a pure function of (seed, epoch, step), with values 0 or 1/(1−p). One pool of random values is drawn
 * for an epoch, and each mask is a slice of it from a random offset, fed without a copy. Slices of different sites may
 * overlap by chance; the pool is far longer than most masks and is drawn anew each epoch.
 */
export class DropoutMasks {
  #pools = new Map<string, Float32Array>();
  #epoch = -1;
  readonly #seed: number;
  readonly #sites: readonly DropoutSite[];

  constructor(sites: readonly DropoutSite[], seed: number) {
    this.#sites = sites;
    this.#seed = seed;
  }

  /**
   * Makes the masks of one micro-batch with these sizes, under the names of their graph inputs. A part of a larger batch
   * gets its rows of the masks of the whole, so that masks do not depend on how a batch is shared out.
   */
  feeds(sizes: Sizes, epoch: number, step: number, part = 0, within?: RowsWithin): Map<string, TensorValue> {
    return new Map(
      this.#sites.map((site) => {
        const { pool, start, end, dims } = this.#slice(site, within?.whole ?? sizes, epoch, step, part);
        const whole = float32(pool.subarray(start, end), dims);
        return [maskName(site.name), within ? rowsOf(whole, site.mask.shape, sizes, within.before) : whole];
      }),
    );
  }

  /**
   * Names the same masks by their places in the pools, for a graph that takes them from there (`drawMasks`): pools stay on a
   * device, and two numbers of each mask go there.
   */
  slices(sizes: Sizes, epoch: number, step: number, part = 0): Map<string, TensorValue> {
    return new Map(
      this.#sites.flatMap((site) => {
        const { pool, start, end } = this.#slice(site, sizes, epoch, step, part);
        const names = sliceNames(site.name);
        return [
          [names.pool, float32(pool, [pool.length])],
          [names.start, place(start)],
          [names.end, place(end)],
        ] as const;
      }),
    );
  }

  /** The pools of the last epoch that was asked about, each as a vector. */
  get pools(): TensorValue[] {
    return [...this.#pools.values()].map((pool) => float32(pool, [pool.length]));
  }

  #slice({ mask, name, probability }: DropoutSite, sizes: Sizes, epoch: number, step: number, part: number): Slice {
    const dims = mask.shape.map((dim) => countOf(dim, sizes));
    const length = Number(product(dims));
    const pool = this.#pool(probability, length, epoch);
    const start = random(this.#seed, "dropout", epoch, step, part, name).below(pool.length - length + 1);
    return { pool, start, end: start + length, dims };
  }

  /** The pool of an epoch. Its size depends only on the mask, not on earlier masks, or a resumed run would differ. */
  #pool(probability: number, length: number, epoch: number): Float32Array {
    if (epoch !== this.#epoch) this.#pools.clear();
    this.#epoch = epoch;
    const size = Math.max(smallestPool, 2 ** Math.ceil(Math.log2(2 * length)));
    const key = `${probability} ${size}`;
    const known = this.#pools.get(key);
    if (known) return known;
    const stream = random(this.#seed, "dropout pool", epoch);
    const kept = 1 / (1 - probability);
    const pool = new Float32Array(size);
    for (let i = 0; i < size; i++) pool[i] = stream.next() < probability ? 0 : kept;
    this.#pools.set(key, pool);
    return pool;
  }
}

/** Takes the rows of some examples out of a mask; they are copied only if they do not lie together. */
function rowsOf(whole: TensorValue, shape: Shape, sizes: Sizes, before: Sizes): TensorValue {
  const axis = shape.findIndex(isOfExamples);
  // A mask that all examples share.
  if (axis === -1) return whole;
  const [all, from, count] = [whole.dims[axis]!, countOf(shape[axis]!, before), countOf(shape[axis]!, sizes)];
  const size = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);
  const [outer, inner] = [size(whole.dims.slice(0, axis)), size(whole.dims.slice(axis + 1))];
  const values = floats(whole);
  const block = (i: number): Float32Array =>
    values.subarray((i * all + from) * inner, (i * all + from + count) * inner);
  const dims = whole.dims.with(axis, count);
  if (outer === 1) return float32(block(0), dims);
  const rows = new Float32Array(outer * count * inner);
  for (let i = 0; i < outer; i++) rows.set(block(i), i * count * inner);
  return float32(rows, dims);
}
