import type { Graph } from "../autodiff/index.ts";
import type { CompileOptions } from "./compile.ts";
import type { InferenceSession, InPlaceSession, SessionOptions } from "./session.ts";
import type { TensorValue } from "./values.ts";

/** A processor that runs graphs. Training and scoring compile through it alone, and know no runtime by name. */
export interface Device {
  /** The value of `--device`, and the name in messages. */
  readonly name: string;
  /** Compiles a graph whose outputs are new arrays at every run. */
  compile(graph: Graph, options?: CompileOptions): Promise<InferenceSession>;
  /** Compiles a graph whose outputs are written into arrays of the caller, as gradients and moments are. */
  compileInPlace(graph: Graph, options?: CompileOptions): Promise<InPlaceSession>;
  /** The memory of its own, if it has one; the CPU works in the arrays themselves. */
  readonly memory?: DeviceMemory;
  /** The placement of the nodes of all graphs that ran once in place; absent for the CPU, which runs them all. */
  readonly placement?: Placement;
  /** Frees what the device holds; its sessions are disposed of before. */
  dispose?(): Promise<void>;
}

/** The number of nodes by where ONNX Runtime placed them. */
export interface Placement {
  readonly onDevice: number;
  /** The nodes that run on the CPU, counted by op. */
  readonly onCpu: Readonly<Record<string, number>>;
}

/** The arrays that stay on a device between runs, each known by its identity. */
export interface DeviceMemory {
  /** Copies arrays to the device. From then on sessions read and write them there, and what stands in them here is old. */
  hold(values: Iterable<TensorValue>): Promise<void>;
  /** Copies held arrays back, so that what stands in them here is what the device has. */
  fetch(values: Iterable<TensorValue>): Promise<void>;
  /** The bytes that were copied to the device and back since the last call. */
  takeBytes(): { readonly up: number; readonly down: number };
  /** Frees the memory of arrays on the device. */
  release(values: Iterable<TensorValue>): void;
}

export interface DeviceOptions extends SessionOptions {
  /** The device that runs the graphs. */
  readonly device: Device;
}
