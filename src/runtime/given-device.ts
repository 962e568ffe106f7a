import type { Graph } from "../autodiff/index.ts";
import { gpuOps } from "../autodiff/gpu-ops.ts";
import { rebuildGraph } from "../autodiff/rebuild.ts";
import { bytesOf, type Initializer } from "../onnx/initializer.ts";
import { lower } from "../onnx/lower.ts";
import type { CompileOptions } from "./compile.ts";
import type { Device } from "./device.ts";
import type { InferenceSession, SessionOptions } from "./session.ts";
import type { TensorValue } from "./values.ts";

/** A weight as an option of onnxruntime-web has it: the name by which the graph refers to it, and its bytes. */
export interface ExternalData {
  readonly path: string;
  readonly data: Uint8Array;
}

/**
 * Makes a session of a graph, which is the bytes of an ONNX file without weights: these are fed at every run, unless the
 * session is given them as external data.
 */
export type CreateSession = (
  model: Uint8Array,
  externalData?: readonly ExternalData[],
  options?: SessionOptions,
) => Promise<InferenceSession>;

/**
 * A device of a program's own sessions, such as those of onnxruntime-web. For sessions on WebGPU, the ops are replaced for which
 * its provider has no kernel.
 */
export function givenDevice(name: string, createSession: CreateSession, isWebGpu = false): Device {
  const compile = (given: Graph, { initializers, ...options }: CompileOptions = {}): Promise<InferenceSession> => {
    const graph = isWebGpu ? rebuildGraph(given, gpuOps) : given;
    if (!initializers) return createSession(lower(graph), undefined, options);
    const placed = [...initializers].map(([path, one]): [string, Initializer] => [
      path,
      { ...one, external: { location: path, offset: 0 } },
    ]);
    const externalData = placed.map(([path, one]) => ({ path, data: bytesOf(one) }));
    return createSession(lower(graph, { initializers: new Map(placed) }), externalData, options);
  };
  return {
    name,
    compile,
    async compileInPlace(graph, options) {
      const session = await compile(graph, options);
      return {
        async runInto(feeds, outputs) {
          const results = await session.run(feeds);
          for (const [output, value] of outputs) copyInto(value, results.get(output)!);
        },
        dispose: () => session.dispose(),
      };
    },
  };
}

const copyInto = ({ data }: TensorValue, { data: from }: TensorValue): void =>
  (data as Float32Array).set(from as Float32Array);
