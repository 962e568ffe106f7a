import { z } from "zod";

const isId = (value: unknown): boolean => typeof value === "string" || Number.isSafeInteger(value);

/** An id as it stands in a file: integers beyond 2^53 arrive as their digits. Compare ids by `String`. */
export const writtenId: z.ZodType<string | number> = z.custom<string | number>(isId, "a string or an integer");

/** An id in a file, converted to a string so that ids can be compared; `writtenId` is checked in half the time. */
export const anyId: z.ZodType<string> = writtenId.transform(String);
