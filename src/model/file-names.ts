/** The file names of transformers, so that each of the two opens the other's folders. */
export const configName = "config.json";
export const weightsName = "model.safetensors";
export const weightsIndexName = "model.safetensors.index.json";
/** The names of weights from before safetensors, which are read and never written. */
export const torchWeightsName = "pytorch_model.bin";
export const torchWeightsIndexName = "pytorch_model.bin.index.json";
/** The names of PEFT, for a folder that holds an adapter and names its base. */
export const adapterWeightsName = "adapter_model.safetensors";
export const adapterConfigName = "adapter_config.json";

export const manifestName = "relata.json";
/** The manifest of weights that are about to be put in their place; removed right after that. */
export const nextManifestName = "relata.next.json";

/** The lock of an output folder; it names the run that writes there. */
export const lockName = ".relata.lock";
/** The folder, within that of a former model, in which a run builds the model that is to replace it. */
export const nextModelName = "next-model";
/** The same once the model is complete: what is in it takes the place of the former model. */
export const completeModelName = ".next-model";

export const readmeName = "README.md";
export const metricsName = "metrics.jsonl";
/** The figures of a finished run, each with the part of the documents that it is from. */
export const figuresName = "metrics.json";
/** Files that are written for users, or by a run as it goes: changes to them do not change the model. */
export const unverifiedNames: ReadonlySet<string> = new Set([readmeName, "report.html", metricsName, figuresName]);

/** Whether a name stays in its folder, whatever it is joined to. */
export const isPlainFileName = (name: string): boolean =>
  name.length <= 255 && name !== "." && name !== ".." && /^[^/\\:\0]+$/.test(name);

/** The file of a model folder's own weights: those of an adapter, or of a whole model. */
export const weightsNameOf = ({ adapter }: { readonly adapter?: unknown }): string =>
  adapter === undefined ? weightsName : adapterWeightsName;
