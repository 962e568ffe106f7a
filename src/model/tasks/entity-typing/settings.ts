import { z } from "zod";

/** Entity typing has no settings of its own: labels are the types of the spans. */
export const entityTypingSettings = z.strictObject({});
