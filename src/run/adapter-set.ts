import type { PredictConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import { drain } from "../generators.ts";
import { modelName } from "./given.ts";
import type { ModelFacts } from "./jobs.ts";
import { handleOf, openThread, type ModelHandle, type OpenOptions } from "./relation-model.ts";

/** Adapters over one base, opened. Close them when done: they share a thread and the weights of the base. */
export interface AdapterSet<Name extends string = string> {
  /** A model for each adapter, by the names that were given. Closing one of them leaves the others open. */
  readonly models: Readonly<Record<Name, ModelHandle>>;
  /**
   * Opens one more adapter over the base; those that are open answer as before. Closing it frees what it has of its own.
   * @throws UserError for a folder that is not there, not whole, or an adapter of another base; UsageError once closed
   */
  open(folder: string): Promise<ModelHandle>;
  /** Waits for the current batch, and frees the thread and the weights. */
  close(): Promise<void>;
  /** Calls `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens adapters over one base on a thread. @throws UserError for one that is not there, not whole, or of another base */
export async function openAdaptersOnThread<Name extends string>(
  base: string,
  adapters: Readonly<Record<Name, string>>,
  config: PredictConfig,
  options: OpenOptions,
): Promise<AdapterSet<Name>> {
  const { thread, facts, close } = await openThread(
    (thread) => thread.call("openAdapters", { model: base, adapters, config }, options.signal),
    options,
  );
  const handles = new Set<ModelHandle>();
  let isClosed = false;
  const handle = (name: string, facts: ModelFacts): ModelHandle => {
    const forget = async (): Promise<void> => {
      handles.delete(model);
      if (isClosed) return;
      await drain(thread.call("forgetAdapter", { name })).catch((error: unknown) => {
        // With the thread everything goes.
        if (!isClosed) throw error;
      });
    };
    const model = handleOf(thread, facts, config, name, forget);
    handles.add(model);
    return model;
  };
  const models = Object.fromEntries(
    Object.keys(adapters).map((name) => [name, handle(name, facts[name as Name]!)]),
  ) as Record<Name, ModelHandle>;
  let later = 0;
  const open = async (folder: unknown): Promise<ModelHandle> => {
    if (isClosed)
      throw new UsageError("Cannot open an adapter: these adapters were closed. Open them again with openAdapters.");
    // No name of the caller's has a space before it.
    const name = ` ${later++}`;
    return handle(name, await drain(thread.call("openAdapter", { name, folder: modelName(folder), config })));
  };
  const closeAll = async (): Promise<void> => {
    isClosed = true;
    await Promise.all([...handles].map((model) => model.close()));
    await close();
  };
  return { models, open, close: closeAll, [Symbol.asyncDispose]: closeAll };
}
