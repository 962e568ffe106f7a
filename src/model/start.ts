import { basename } from "node:path";
import { withAdapter } from "./adapters/start-adapter.ts";
import { openCheckpoint } from "./checkpoint.ts";
import {
  lengthLimit,
  miniModel,
  withDropout,
  withMentions,
  type ModelRequest,
  type ModelSettings,
  type Start,
} from "./fresh-start.ts";
import { resolveModel, type ModelEvent } from "./source.ts";

export type { ModelRequest, ModelSettings, Start } from "./fresh-start.ts";

/**
 * Makes the model of `--model`, or opens it.
 * @param shouldStop asked while a model of the hub is downloaded
 */
export async function* startModel(
  config: ModelSettings,
  request: ModelRequest,
  shouldStop?: () => boolean,
): AsyncGenerator<ModelEvent, Start> {
  return config.model === "luke-mini"
    ? miniModel(config, request)
    : pretrainedModel(config, request, yield* resolveModel(config.model, shouldStop));
}

/** A checkpoint to be fine-tuned; its classifier starts anew unless it was made for the same labels. */
async function pretrainedModel(config: ModelSettings, request: ModelRequest, folder: string): Promise<Start> {
  const { head, id2label, notesOn } = request;
  const checkpoint = await openCheckpoint(folder, { head, id2label, seed: config.seed, complete: true });
  const longest = Math.min(checkpoint.encoder.maxWords(checkpoint.config), checkpoint.tokenizer.maxLength);
  // Folders name people; a name on the hub is public.
  const name = folder === config.model ? basename(folder) : config.model;
  const model: Start = {
    ...checkpoint,
    name,
    config: withDropout(checkpoint.config, config),
    maxLength: lengthLimit(longest, config),
    notes: [...checkpoint.notes, ...(notesOn?.({ ...checkpoint, name }) ?? [])],
  };
  const marked = withMentions(model, { ...request, seed: config.seed });
  return config.lora ? withAdapter(marked, { ...config, folder, base: model }) : marked;
}
