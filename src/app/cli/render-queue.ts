import type { QueueEvent } from "../../index.ts";

/** Says that a queue fell silent or answers again. */
export const queueSentence = (event: QueueEvent): string =>
  event.type === "silent"
    ? `WARNING: ${event.reason} Waiting until it answers; what is done is kept, and Ctrl-C ends this command.`
    : "The queue answers again.";
