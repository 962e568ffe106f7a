import { z } from "zod";

/** An id in a file, converted to a string so that ids can be compared: integers beyond 2^53 arrive as their digits. */
export const anyId: z.ZodType<string> = z.union([z.string(), z.int()], "a string or an integer").transform(String);
