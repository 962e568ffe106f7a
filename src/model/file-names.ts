/** What transformers calls its files, so that either opens the other's folder. */
export const configName = "config.json";
export const weightsName = "model.safetensors";
export const weightsIndexName = "model.safetensors.index.json";
/** The same of before safetensors: read, never written. */
export const torchWeightsName = "pytorch_model.bin";
export const torchWeightsIndexName = "pytorch_model.bin.index.json";

export const manifestName = "relata.json";
/** The manifest of weights that are about to be put in their place; gone a moment later. */
export const nextManifestName = "relata.next.json";

export const readmeName = "README.md";
export const metricsName = "metrics.jsonl";
/** Written for people or by a run as it goes: changes to these do not change the model. */
export const unverifiedNames: ReadonlySet<string> = new Set([readmeName, "report.html", metricsName]);

/** True for a name that stays in its folder, whatever it is joined to. */
export const isPlainFileName = (name: string): boolean =>
  name.length <= 255 && name !== "." && name !== ".." && /^[^/\\:\0]+$/.test(name);
