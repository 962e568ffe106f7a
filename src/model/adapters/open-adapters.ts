import { openModel, type ModelOptions, type Predictor } from "../predictor.ts";
import { SharedBase } from "./shared-base.ts";

/** Adapters over one base, by their names. */
export interface OpenedAdapters {
  readonly models: ReadonlyMap<string, Predictor>;
  /** Opens one more adapter under a new name. @throws as openAdapters; those that are open stay as they are */
  open(name: string, folder: string): Promise<Predictor>;
  /** Lets an adapter go; its session stays for others of its shape. */
  forget(name: string): void;
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
  const models = new Map<string, Predictor>();
  const open = async (name: string, folder: string): Promise<Predictor> => {
    const model = await openModel(folder, { ...options, base: shared });
    models.set(name, model);
    return model;
  };
  // Adapters that come later may need rows that no earlier one has read.
  const dispose = async (): Promise<void> => {
    await shared.dispose();
    await shared.close();
  };
  try {
    for (const [name, folder] of Object.entries(adapters)) await open(name, folder);
    return { models, open, forget: (name) => void models.delete(name), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
