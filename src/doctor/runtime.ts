import { deviceNames, type DeviceName } from "../device-names.ts";
import { versions } from "../version.ts";

export interface RuntimeFacts {
  readonly version: string;
  /** The devices that ran a first small graph: `cpu`, and the GPUs that were found. */
  readonly devices: readonly string[];
  /** The other devices that ONNX Runtime may use, each with what was looked for and not found. */
  readonly missing: readonly MissingDevice[];
  /** Seconds until a first small graph was run; undefined if that failed. */
  readonly seconds: number | undefined;
  /** The reason if the runtime does not work. */
  readonly problem?: string;
}

/** A device of `--device` that this machine does not have. */
export interface MissingDevice {
  readonly name: string;
  readonly reason: string;
}

/** Loads ONNX Runtime and runs a graph of one sum. */
export async function tryRuntime(): Promise<RuntimeFacts> {
  const { onnxruntime: version } = versions;
  const began = performance.now();
  try {
    const { listSupportedBackends } = await import("onnxruntime-node");
    const { add, input } = await import("../autodiff/index.ts");
    const { compile } = await import("../runtime/compile.ts");
    const { float32 } = await import("../runtime/values.ts");
    const x = input("x", [1]);
    const session = await compile({ name: "doctor", inputs: [x], outputs: new Map([["y", add(x, x)]]) });
    const sum = (await session.run(new Map([["x", float32(Float32Array.of(1), [1])]]))).get("y")?.data[0];
    await session.dispose();
    if (sum !== 2) throw new Error(`it says that 1 + 1 is ${String(sum)}`);
    const seconds = (performance.now() - began) / 1000;
    const known = new Set(listSupportedBackends().map(({ name }) => name));
    return { version, ...(await tryDevices(deviceNames.filter((name) => known.has(name as never)))), seconds };
  } catch (error) {
    return { version, devices: [], missing: [], seconds: undefined, problem: (error as Error).message };
  }
}

/** Opens each device, as a run with `--device` does: that a build of the runtime knows one does not say that it is there. */
async function tryDevices(names: readonly DeviceName[]): Promise<Pick<RuntimeFacts, "devices" | "missing">> {
  const { openDevice } = await import("../runtime/devices.ts");
  const devices: string[] = [];
  const missing: MissingDevice[] = [];
  for (const name of names) {
    try {
      await (await openDevice(name)).dispose?.();
      devices.push(name);
    } catch (error) {
      const { message } = error as Error;
      missing.push({ name, reason: message.replace(/^Cannot use --device \w+: /, "") });
    }
  }
  return { devices, missing };
}
