import { z } from "zod";

/** An id as files have it, as the string by which it is told from others: integers beyond 2^53 arrive as their digits. */
export const anyId: z.ZodType<string> = z.union([z.string(), z.int()], "a string or an integer").transform(String);
