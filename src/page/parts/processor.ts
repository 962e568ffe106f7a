import { signal } from "@preact/signals";

/** The processor that computes in a tab: the GPU by WebGPU, or the CPU by WebAssembly. */
export type Processor = "gpu" | "cpu";

export interface ProcessorState {
  readonly used: Processor;
  /** The GPU that the browser offers, if it offers one that can be used. */
  readonly gpu?: string;
  /** The reason if the GPU should compute and cannot. */
  readonly failure?: string;
}

/** Known once the model of a page without a server is open. */
export const processor = signal<(ProcessorState & { readonly choose: (one: Processor) => void }) | undefined>(
  undefined,
);
