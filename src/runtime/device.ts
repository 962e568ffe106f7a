import type { Graph } from "../autodiff/index.ts";
import { compile, compileInPlace, type CompileOptions } from "./compile.ts";
import type { InferenceSession, InPlaceSession, SessionOptions } from "./session.ts";

/** A processor that runs graphs. Training and scoring compile through it alone, and know no runtime by name. */
export interface Device {
  /** The value of `--device`, and the name in messages. */
  readonly name: string;
  /** Compiles a graph whose outputs are new arrays at every run. */
  compile(graph: Graph, options?: CompileOptions): Promise<InferenceSession>;
  /** Compiles a graph whose outputs are written into arrays of the caller, as gradients and moments are. */
  compileInPlace(graph: Graph, options?: CompileOptions): Promise<InPlaceSession>;
}

/** ONNX Runtime on the processor of this machine, in this process. */
export const cpu: Device = { name: "cpu", compile, compileInPlace };

export interface DeviceOptions extends SessionOptions {
  /** The device that runs the graphs; the CPU if not given. */
  readonly device?: Device;
}
