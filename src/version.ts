import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

const versionOf = (path: string): string => (load(path) as { version: string }).version;

/** Relata's own version and that of the runtime whose kernels compute everything. */
export const versions: { readonly relata: string; readonly onnxruntime: string } = {
  relata: versionOf("../package.json"),
  onnxruntime: versionOf("onnxruntime-node/package.json"),
};
