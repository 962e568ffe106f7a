import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { PullEvent } from "./hub/pull.ts";
import { isModelReference } from "./hub/repo-id.ts";
import { InputMissingError, Interrupted, UserError } from "../errors.ts";
import { mapped } from "../generators.ts";
import { completeReplacement } from "./replacement.ts";

/** The progress of a download from the hub. */
export interface ModelEvent {
  readonly type: "pull";
  readonly event: PullEvent;
}

/** Milliseconds between two checks of whether a download should stop. */
const patience = 200;

/**
 * Finds the folder of a model by its name: relata-mini, which comes with the package; a folder; or
 * `org/name[@revision]` on the hub, which is downloaded unless the cache has it.
 * @throws InputMissingError for a name that is none of these; the errors of `pullModel`; Interrupted if stopped.
 */
export async function* resolveModel(
  name: string,
  shouldStop: () => boolean = () => false,
): AsyncGenerator<ModelEvent, string> {
  if (name === "relata-mini") return fileURLToPath(new URL("../../models/relata-mini", import.meta.url));
  const found = await stat(name).catch(() => undefined);
  if (found?.isDirectory()) await completeReplacement(name);
  if (found) return name;
  if (!isModelReference(name)) {
    throw new InputMissingError(`${name} does not exist. Check the path. A model of the hub is named org/name.`);
  }
  const controller = new AbortController();
  const timer = setInterval(() => {
    if (shouldStop()) controller.abort(new Interrupted(`stopped while pulling ${name}; what has arrived is kept`));
  }, patience);
  try {
    const { pullModel } = await import("./hub/pull.ts");
    const events = pullModel(name, { signal: controller.signal, cacheIfUnreachable: true });
    const { folder } = yield* mapped(events, (event): ModelEvent => ({ type: "pull", event }));
    return folder;
  } catch (error) {
    // `runs/typo` looks like a model of the hub.
    if (error instanceof UserError)
      error.message = `There is no folder ${name}, so it was looked for on the hub. ${error.message}`;
    throw error;
  } finally {
    clearInterval(timer);
  }
}
