import { versions } from "../version.ts";

export interface RuntimeFacts {
  readonly version: string;
  /** The devices that this build of ONNX Runtime knows: `cpu`, and others if it was made with them. */
  readonly devices: readonly string[];
  /** Seconds until a first small graph was run; undefined if that failed. */
  readonly seconds: number | undefined;
  /** The reason if the runtime does not work. */
  readonly problem?: string;
}

/** Loads ONNX Runtime and runs a graph of one sum. */
export async function tryRuntime(): Promise<RuntimeFacts> {
  const { onnxruntime: version } = versions;
  const began = performance.now();
  try {
    const { listSupportedBackends } = await import("onnxruntime-node");
    const devices = listSupportedBackends().map(({ name }) => name);
    const { add, input } = await import("../autodiff/index.ts");
    const { compile } = await import("../runtime/compile.ts");
    const { float32 } = await import("../runtime/values.ts");
    const x = input("x", [1]);
    const session = await compile({ name: "doctor", inputs: [x], outputs: new Map([["y", add(x, x)]]) });
    const sum = (await session.run(new Map([["x", float32(Float32Array.of(1), [1])]]))).get("y")?.data[0];
    await session.dispose();
    if (sum !== 2) throw new Error(`it says that 1 + 1 is ${String(sum)}`);
    return { version, devices, seconds: (performance.now() - began) / 1000 };
  } catch (error) {
    return { version, devices: [], seconds: undefined, problem: (error as Error).message };
  }
}
