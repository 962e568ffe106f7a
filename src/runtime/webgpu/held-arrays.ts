import type { InferenceSession as OrtSession, Tensor as OrtTensor } from "onnxruntime-node";
import { input, mul, scalar } from "../../autodiff/index.ts";
import { lower } from "../../onnx/lower.ts";
import { uninterrupted } from "../../uninterrupted.ts";
import type { DeviceMemory } from "../device.ts";
import type { TensorValue } from "../values.ts";

/** The classes of a runtime that has WebGPU: onnxruntime-node, or onnxruntime-web in a browser. */
export interface Ort {
  readonly InferenceSession: Pick<typeof OrtSession, "create">;
  readonly Tensor: typeof OrtTensor;
}

/** A tensor whose elements are on the device. */
export type GpuTensor = OrtTensor & { readonly gpuBuffer: OrtTensor.GpuBufferType };

/**
 * The arrays that stay on the device between runs: weights, moments, gradients. A held array is known by its identity; what
 * stands in it here is old until it is fetched.
 */
export class HeldArrays implements DeviceMemory {
  readonly ort: Ort;
  readonly #tensors = new Map<TensorValue["data"], GpuTensor>();
  readonly #up: OrtSession;
  readonly #down: OrtSession;
  /** Bytes copied to the device and from it, since the counters were last read. */
  #bytes = { up: 0, down: 0 };

  private constructor(ort: Ort, up: OrtSession, down: OrtSession) {
    this.ort = ort;
    this.#up = up;
    this.#down = down;
  }

  static async create(ort: Ort, options: OrtSession.SessionOptions): Promise<HeldArrays> {
    const x = input("x", ["elements"]);
    // Reading a tensor of the device by getData() ends the process (onnxruntime-node 1.30); a session may return it.
    const copy = lower({ name: "copy", inputs: [x], outputs: new Map([["y", mul(x, scalar(1))]]) });
    const sessionTo = (preferredOutputLocation: "cpu" | "gpu-buffer"): Promise<OrtSession> =>
      uninterrupted(() => ort.InferenceSession.create(copy, { ...options, preferredOutputLocation }));
    return new HeldArrays(ort, await sessionTo("gpu-buffer"), await sessionTo("cpu"));
  }

  /** The bytes that were copied since the last call. */
  takeBytes(): { readonly up: number; readonly down: number } {
    const bytes = this.#bytes;
    this.#bytes = { up: 0, down: 0 };
    return bytes;
  }

  async hold(values: Iterable<TensorValue>): Promise<void> {
    for (const { data } of values) {
      if (this.#tensors.has(data)) continue;
      const x = new this.ort.Tensor("float32", data as Float32Array, [data.length]);
      const { y } = await uninterrupted(() => this.#up.run({ x }));
      this.#bytes.up += data.byteLength;
      this.#tensors.set(data, y as GpuTensor);
    }
  }

  isHeld(data: TensorValue["data"]): boolean {
    return this.#tensors.has(data);
  }

  async fetch(values: Iterable<TensorValue>): Promise<void> {
    for (const { data } of values) {
      const tensor = this.#tensors.get(data);
      if (tensor) await this.download(tensor, data as Float32Array);
    }
  }

  release(values: Iterable<TensorValue>): void {
    for (const { data } of values) {
      this.#tensors.get(data)?.dispose();
      this.#tensors.delete(data);
    }
  }

  /** The operand of a session for a value: the tensor on the device if it is held there, else its elements. */
  operand({ dtype, data, dims }: TensorValue): OrtTensor {
    const held = this.#tensors.get(data);
    if (held) return this.#withDims(held, dims);
    this.#bytes.up += data.byteLength;
    return new this.ort.Tensor(dtype, data as Float32Array, dims);
  }

  /** Puts the result of a run in the place of a held array. */
  replace(data: TensorValue["data"], tensor: OrtTensor): void {
    this.#tensors.get(data)?.dispose();
    this.#tensors.set(data, tensor);
  }

  /** Counts bytes that a session returned here. */
  countDown(bytes: number): void {
    this.#bytes.down += bytes;
  }

  async dispose(): Promise<void> {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
    await uninterrupted(() => this.#up.release());
    await uninterrupted(() => this.#down.release());
  }

  async download(tensor: OrtTensor, into: Float32Array): Promise<void> {
    const { y } = await uninterrupted(() => this.#down.run({ x: this.#withDims(tensor, [into.length]) }));
    this.#bytes.down += into.byteLength;
    into.set(y!.data as Float32Array);
  }

  /** The same buffer with other dims; it stays the property of the first tensor. */
  #withDims(tensor: OrtTensor, dims: readonly number[]): OrtTensor {
    if (tensor.dims.length === dims.length && tensor.dims.every((size, i) => size === dims[i])) return tensor;
    return this.ort.Tensor.fromGpuBuffer(tensor.gpuBuffer, { dataType: "float32", dims });
  }
}
