// AdamW in one pass over memory, as a WebAssembly function with SIMD that is assembled here from opcodes: ONNX Runtime needs eleven
// passes over slices, and waits for its threads at each.

/** The arrays that AdamW updates in place, and the gradient. */
export interface AdamWArrays {
  readonly weight: Float32Array;
  readonly gradient: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
}

/** The numbers that are the same for every element of an array, in the order in which the function takes them. */
export interface KernelScalars {
  readonly beta1: number;
  readonly ofGradient: number;
  readonly beta2: number;
  readonly ofSquare: number;
  readonly keep: number;
  readonly spread: number;
  readonly epsilon: number;
}

/** The least float32 with all its digits: a moment that decays below would cost Intel's processors a hundred times as much. */
const leastNormal = 2 ** -126;

/** The elements that are copied in, updated and copied out at once: four arrays of them stay in the cache of a core. */
const chunk = 8192;
const bytes = 4 * chunk;
const at = { weight: 0, gradient: bytes, first: 2 * bytes, second: 3 * bytes };
const pages = (4 * bytes) / 65536;

type Code = readonly number[];

/** An integer in seven bits a byte, the lowest first. */
const leb = (value: number): Code => (value < 128 ? [value] : [(value % 128) + 128, ...leb(Math.floor(value / 128))]);
const join = (...codes: readonly Code[]): Code => codes.flat();
const vector = (items: readonly Code[]): Code => [...leb(items.length), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...leb(content.length), ...content];
const text = (name: string): Code => vector(Array.from(name, (letter) => [letter.charCodeAt(0)]));

const [i32, f32, v128] = [0x7f, 0x7d, 0x7b];
const simd = (op: number, ...rest: Code): Code => [0xfd, ...leb(op), ...rest];
const get = (local: number): Code => [0x20, ...leb(local)];
const set = (local: number): Code => [0x21, ...leb(local)];
const tee = (local: number): Code => [0x22, ...leb(local)];
const load = (offset: number): Code => [...get(place), ...simd(0, 4, ...leb(offset))];
const [loop, done, again, constant, isLess, plus] = [0x03, 0x0b, 0x0d, 0x41, 0x49, 0x6a];
const splat = simd(0x13);
const sqrt = simd(0xe3);
const add = simd(0xe4);
const sub = simd(0xe5);
const mul = simd(0xe6);
const div = simd(0xe7);
/** Stores a vector; the place comes first on the stack. */
const store = (offset: number, value: Code): Code => [...get(place), ...value, ...simd(11, 4, ...leb(offset))];

// Locals: the parameters, the place in bytes, each scalar four times, and vectors.
const [end, place] = [0, 9];
const [beta1, ofGradient, beta2, ofSquare, keep, spread, epsilon, least] = [10, 11, 12, 13, 14, 15, 16, 17];
const [gradient, first, second] = [18, 19, 20];
/** Puts 0 for what is nearer to it than `least`; what is no number stays so. */
const flush = (value: number): Code =>
  join(set(value), get(value), get(value), simd(0xe0), get(least), simd(0x43), simd(0x4f), tee(value));

/** The beginning of every module, in version 1. */
const magic: Code = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

function assemble(): Uint8Array {
  const newFirst = join(load(at.first), get(beta1), mul, get(gradient), get(ofGradient), mul, add, flush(first));
  const square = join(get(gradient), get(gradient), mul, get(ofSquare), mul);
  const newSecond = join(load(at.second), get(beta2), mul, square, add, flush(second));
  const update = join(get(first), get(second), sqrt, get(spread), mul, get(epsilon), add, div);
  const body = join(
    Array.from({ length: 8 }, (_, i) => join(get(1 + i), splat, set(beta1 + i))).flat(),
    [loop, 0x40],
    join(load(at.gradient), set(gradient)),
    store(at.first, newFirst),
    store(at.second, newSecond),
    store(at.weight, join(load(at.weight), get(keep), mul, update, sub)),
    // The place moves on by one vector.
    join(get(place), [constant, 16, plus], tee(place), get(end), [isLess, again, 0, done]),
    [done],
  );
  const locals = vector([
    [1, i32],
    [11, v128],
  ]);
  const code = [...locals, ...body];
  return Uint8Array.from([
    ...magic,
    ...section(1, vector([[0x60, ...vector([[i32], ...Array.from({ length: 8 }, () => [f32])]), 0]])),
    ...section(3, vector([[0]])),
    ...section(5, vector([[0, ...leb(pages)]])),
    ...section(
      7,
      vector([
        [...text("memory"), 2, 0],
        [...text("update"), 0, 0],
      ]),
    ),
    ...section(10, vector([[...leb(code.length), ...code]])),
  ]);
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly update: (end: number, ...scalars: number[]) => void;
}

/** The types of Node have no WebAssembly, and those of browsers none of Node. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    instantiate(module: Uint8Array): Promise<{ readonly instance: { readonly exports: Exports } }>;
  };
};

/** Updates arrays of any length in place, with the arithmetic of the graph, rounding for rounding. */
export class AdamWKernel {
  readonly #update: Exports["update"];
  readonly #weight: Float32Array;
  readonly #gradient: Float32Array;
  readonly #first: Float32Array;
  readonly #second: Float32Array;

  private constructor({ memory, update }: Exports) {
    this.#update = update;
    const view = (offset: number): Float32Array => new Float32Array(memory.buffer, offset, chunk);
    this.#weight = view(at.weight);
    this.#gradient = view(at.gradient);
    this.#first = view(at.first);
    this.#second = view(at.second);
  }

  static async create(): Promise<AdamWKernel> {
    const { instance } = await WebAssembly.instantiate(assemble());
    return new AdamWKernel(instance.exports);
  }

  step({ weight, gradient, firstMoment, secondMoment }: AdamWArrays, s: KernelScalars): void {
    for (let start = 0; start < weight.length; start += chunk) {
      const count = Math.min(chunk, weight.length - start);
      const end = start + count;
      this.#weight.set(weight.subarray(start, end));
      this.#gradient.set(gradient.subarray(start, end));
      this.#first.set(firstMoment.subarray(start, end));
      this.#second.set(secondMoment.subarray(start, end));
      this.#update(4 * count, s.beta1, s.ofGradient, s.beta2, s.ofSquare, s.keep, s.spread, s.epsilon, leastNormal);
      const isWhole = count === chunk;
      weight.set(isWhole ? this.#weight : this.#weight.subarray(0, count), start);
      firstMoment.set(isWhole ? this.#first : this.#first.subarray(0, count), start);
      secondMoment.set(isWhole ? this.#second : this.#second.subarray(0, count), start);
    }
  }
}
