import { answersAlone, factsOf, type Engine } from "./engine.ts";
import { InferenceProcess } from "./inference-process.ts";
import { ModelHost, type HostOptions } from "./model-host.ts";

/** Opens the model in a folder, or under a name on the hub. @throws the error of opening it */
export type OpenEngine = (folder: string) => Promise<Engine>;

/** Opens models on threads of this process. */
export function inThisProcess(options: HostOptions): OpenEngine {
  const host = new ModelHost(options);
  return async (folder) => {
    const model = await host.open(folder);
    let onClose: () => void = () => {};
    const lost = new Promise<undefined>((resolve) => (onClose = () => resolve(undefined)));
    return {
      facts: factsOf(model),
      predict: (inputs) => answersAlone(model, inputs),
      explain: (input, pair) => model.explain(input, pair),
      lost,
      close: async () => {
        await host.close(model);
        onClose();
      },
    };
  };
}

/** Opens each model in a process of its own; adapters over one base share one, since they share its weights. */
export function inProcesses(options: HostOptions): OpenEngine {
  if (options.base === undefined) return (folder) => new InferenceProcess(options).open(folder);
  let shared: InferenceProcess | undefined;
  return (folder) => {
    if (!shared || shared.isOver) shared = new InferenceProcess(options);
    return shared.open(folder);
  };
}
