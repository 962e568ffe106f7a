import { UsageError } from "../errors.ts";
import type { OpenedAdapters } from "../model/adapters/open-adapters.ts";
import type { Predictor } from "../model/predictor.ts";
import type { PredictConfig } from "../config.ts";

let opened: OpenedAdapters | undefined;

/** Opens adapters over the base in `folder` on this thread, in the place of those that were open. */
export async function openAdaptersHere(
  folder: string,
  adapters: Readonly<Record<string, string>>,
  config: PredictConfig,
): Promise<ReadonlyMap<string, Predictor>> {
  if (config.entities !== undefined)
    throw new UsageError(
      `entities does nothing with openAdapters; found ${config.entities}. Open the model that finds entities with openModel.`,
    );
  await releaseAdapters();
  const { openAdapters } = await import("../model/adapters/open-adapters.ts");
  opened = await openAdapters(folder, adapters, { ...config, intraOpNumThreads: config.threads });
  return opened.models;
}

/** Opens one more adapter over the base that is open on this thread. */
export function openAdapterHere(name: string, folder: string): Promise<Predictor> {
  if (!opened) throw new Error("internal: no base was opened on this thread");
  return opened.open(name, folder);
}

/** Lets an adapter go that nobody asks any more. */
export const forgetAdapter = (name: string): void => opened?.forget(name);

/** The adapter of this name. */
export function openedAdapter(name: string): Predictor {
  const model = opened?.models.get(name);
  if (!model) throw new Error(`internal: no adapter ${name} was opened on this thread`);
  return model;
}

export async function releaseAdapters(): Promise<void> {
  const ended = opened;
  opened = undefined;
  await ended?.dispose();
}
