import { z } from "zod";

const isId = (value: unknown): boolean => typeof value === "string" || Number.isSafeInteger(value);

/** An id as it stands in a file: integers beyond 2^53 arrive as their digits. Compare ids by `comparable`. */
export const writtenId: z.ZodType<string | number> = z.custom<string | number>(isId, "a string or an integer");

/** An id in a file, converted to a string so that ids can be compared; `writtenId` is checked in half the time. */
export const anyId: z.ZodType<string> = writtenId.transform(String);

/** The same value for ids that are equal as strings: 7 and "7". Numbers, which most are, stay as they are. */
export const comparable = (id: string | number): string | number =>
  typeof id === "string" && /^(?:0|-?[1-9]\d{0,15})$/.test(id) && Number.isSafeInteger(Number(id)) ? Number(id) : id;
