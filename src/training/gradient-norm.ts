import { input, matMul } from "../autodiff/index.ts";
import { cpu, type DeviceOptions } from "../runtime/device.ts";
import { float32, type InPlaceSession } from "../runtime/session.ts";
import { arraysOf, type Gradients } from "./gradients.ts";

// Bounds of the length of an array that ONNX Runtime sums: a shorter one is not worth a call, and float32 sums of
// longer ones have an error of 1e-5.
const [shortest, partLength] = [2 ** 17, 2 ** 20];

/** The Euclidean length of all gradients taken as one vector. */
export class GradientNorm {
  readonly #squares: InPlaceSession;

  private constructor(squares: InPlaceSession) {
    this.#squares = squares;
  }

  static async create({ device = cpu, ...options }: DeviceOptions = {}): Promise<GradientNorm> {
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

function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}

/** The factor that brings a norm down to `maxNorm`; 1 below it, or when `maxNorm` is 0 (`torch.nn.utils.clip_grad_norm_`). */
export const clipScale = (norm: number, maxNorm: number): number =>
  maxNorm === 0 ? 1 : Math.min(1, maxNorm / (norm + 1e-6));
