import type { Processor } from "../parts/processor.ts";

/** A GPU that the browser offers. */
export interface FoundGpu {
  readonly name: string;
  /** Whether it is a program that draws as a GPU would: slower than WebAssembly, and used only if chosen. */
  readonly isSoftware: boolean;
}

/** The part of the standard that is needed here. */
interface Gpu {
  requestAdapter(options: { readonly powerPreference: "high-performance" }): Promise<{
    readonly info: {
      readonly vendor: string;
      readonly architecture: string;
      readonly description: string;
      readonly isFallbackAdapter?: boolean;
    };
  } | null>;
}

/** Looks for a GPU; its runtime needs WebAssembly that waits for promises, which not every browser with WebGPU has. */
export async function findGpu(): Promise<FoundGpu | undefined> {
  const { gpu } = navigator as unknown as { readonly gpu?: Gpu };
  if (!gpu || !("Suspending" in WebAssembly)) return undefined;
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  if (!adapter) return undefined;
  const { vendor, architecture, description, isFallbackAdapter = false } = adapter.info;
  return { name: description || `${vendor} ${architecture}`.trim() || "GPU", isSoftware: isFallbackAdapter };
}

/** The processor that is chosen in an address, or else by nobody. */
export function chosenIn(address: string): Processor | undefined {
  const chosen = new URL(address).searchParams.get("processor");
  return chosen === "gpu" || chosen === "cpu" ? chosen : undefined;
}
