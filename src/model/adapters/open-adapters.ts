import { openModel, type ModelOptions, type Predictor } from "../predictor.ts";
import { SharedBase } from "./shared-base.ts";

/** Adapters over one base, by their names. */
export interface OpenedAdapters {
  readonly models: ReadonlyMap<string, Predictor>;
  dispose(): Promise<void>;
}

/**
 * Opens adapters over one base: its arrays are in memory once, and adapters of one shape share a session. Each answers what its
 * merged model answers.
 * @param base the folder of the base
 * @param adapters folders by name
 * @throws CheckpointError for an adapter that was trained on another base, or is not whole
 */
export async function openAdapters(
  base: string,
  adapters: Readonly<Record<string, string>>,
  options: ModelOptions = {},
): Promise<OpenedAdapters> {
  const shared = await SharedBase.open(base);
  try {
    const models = new Map<string, Predictor>();
    for (const [name, folder] of Object.entries(adapters))
      models.set(name, await openModel(folder, { ...options, base: shared }));
    return { models, dispose: () => shared.dispose() };
  } catch (error) {
    await shared.dispose();
    throw error;
  } finally {
    await shared.close();
  }
}
