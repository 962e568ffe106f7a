import { add, input, matMul, mul, reduceSum } from "../autodiff/index.ts";
import type { Device, DeviceMemory, DeviceOptions } from "../runtime/device.ts";
import type { InPlaceSession, SessionOptions } from "../runtime/session.ts";
import { float32, floats } from "../runtime/values.ts";
import { arraysOf, type Gradients } from "./gradients.ts";

// Bounds of the length of an array that ONNX Runtime sums: a shorter one is not worth a call, and float32 sums of
// longer ones have an error of 1e-5.
const [shortest, partLength] = [2 ** 17, 2 ** 20];

/** Measures the Euclidean length of all gradients taken as one vector. */
export interface NormOfGradients {
  of(gradients: Gradients): Promise<number>;
  dispose(): Promise<void>;
}

/** The Euclidean length of all gradients taken as one vector. */
export class GradientNorm implements NormOfGradients {
  readonly #squares: InPlaceSession;

  private constructor(squares: InPlaceSession) {
    this.#squares = squares;
  }

  static async create({ device, ...options }: DeviceOptions): Promise<NormOfGradients> {
    if (device.memory) return DeviceNorm.create(device, device.memory, options);
    const row = input("row", [1, "elements"]);
    const outputs = new Map([["sum", matMul(row, row, { transB: true })]]);
    return new GradientNorm(await device.compileInPlace({ name: "sum-of-squares", inputs: [row], outputs }, options));
  }

  async of(gradients: Gradients): Promise<number> {
    let sum = 0;
    for (const gradient of arraysOf(gradients))
      sum += gradient.length < shortest ? sumOfSquares(gradient) : await this.#sumInParts(gradient);
    return Math.sqrt(sum);
  }

  dispose(): Promise<void> {
    return this.#squares.dispose();
  }

  async #sumInParts(gradient: Float32Array): Promise<number> {
    let sum = 0;
    const result = new Float32Array(1);
    const outputs = new Map([["sum", float32(result, [1, 1])]]);
    for (let start = 0; start < gradient.length; start += partLength) {
      const part = gradient.subarray(start, start + partLength);
      await this.#squares.runInto(new Map([["row", float32(part, [1, part.length])]]), outputs);
      sum += result[0]!;
    }
    return sum;
  }
}

/** Adds up the squares of arrays that stay on a device, of which only the sum comes back. */
class DeviceNorm implements NormOfGradients {
  readonly #squares: InPlaceSession;
  readonly #memory: DeviceMemory;

  private constructor(squares: InPlaceSession, memory: DeviceMemory) {
    this.#squares = squares;
    this.#memory = memory;
  }

  static async create(device: Device, memory: DeviceMemory, options: SessionOptions): Promise<DeviceNorm> {
    const [row, before] = [input("row", ["elements"]), input("before", [1])];
    const outputs = new Map([["sum", add(before, reduceSum(mul(row, row), [0], true))]]);
    const graph = { name: "sum-of-squares", inputs: [row, before], outputs };
    return new DeviceNorm(await device.compileInPlace(graph, options), memory);
  }

  async of(gradients: Gradients): Promise<number> {
    const total = float32(new Float32Array(1), [1]);
    await this.#memory.hold([total]);
    for (const array of arraysOf(gradients)) {
      const feeds = new Map([
        ["row", float32(array, [array.length])],
        ["before", total],
      ]);
      await this.#squares.runInto(feeds, new Map([["sum", total]]));
    }
    await this.#memory.fetch([total]);
    this.#memory.release([total]);
    return Math.sqrt(floats(total)[0]!);
  }

  dispose(): Promise<void> {
    return this.#squares.dispose();
  }
}

function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}

/** The factor that brings a norm down to `maxNorm`; 1 below it, or when `maxNorm` is 0 (`torch.nn.utils.clip_grad_norm_`). */
export const clipScale = (norm: number, maxNorm: number): number =>
  maxNorm === 0 ? 1 : Math.min(1, maxNorm / (norm + 1e-6));
