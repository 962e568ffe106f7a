import { product } from "../autodiff/dims.ts";
import type { DropoutSite } from "../nn/graph-builder.ts";
import { random } from "../random.ts";
import { float32, type TensorValue } from "../runtime/values.ts";
import { countOf } from "./batch-sizes.ts";

const smallestPool = 2 ** 22;

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

  /** Makes the masks of one micro-batch with these sizes, under the names of their graph inputs. */
  feeds(sizes: ReadonlyMap<string, number>, epoch: number, step: number, part = 0): Map<string, TensorValue> {
    return new Map(
      this.#sites.map(({ mask, name, probability }) => {
        const dims = mask.shape.map((dim) => countOf(dim, sizes));
        const length = Number(product(dims));
        const pool = this.#pool(probability, length, epoch);
        const offset = random(this.#seed, "dropout", epoch, step, part, name).below(pool.length - length + 1);
        return [`dropout.${name}`, float32(pool.subarray(offset, offset + length), dims)];
      }),
    );
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
