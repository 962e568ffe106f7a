import { z } from "zod";
import { DataError } from "../../errors.ts";
import { anyId } from "../../formats/ids.ts";
import { fit } from "../../formats/source/json-line.ts";
import { parseBody } from "../body.ts";

const event = z.looseObject({
  action: z.string().min(1),
  project: z.looseObject({ id: anyId }).nullish(),
});

/** An event of a project. */
export interface Webhook {
  /** The tool's name of it, as ANNOTATION_CREATED. */
  readonly action: string;
  /** The id of the project, if the event has one. */
  readonly project: string | undefined;
}

/** Reads an event of Label Studio. @throws DataError for a body that is none */
export function readWebhook(body: Uint8Array): Webhook {
  const result = fit(event, parseBody(body));
  if (!("data" in result))
    throw new DataError(`${result.key || "The body"}: expected ${result.expected}, found ${result.found}.`);
  return { action: result.data.action, project: result.data.project?.id };
}
