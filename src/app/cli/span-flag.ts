import { type GivenEntity, UsageError } from "../../index.ts";

/** Parses `S:E` or `S:E:TYPE`: UTF-16 offsets, end exclusive. @throws UsageError for any other shape. */
export function parseSpan(text: string): GivenEntity {
  const match = /^(\d+):(\d+)(?::(.+))?$/u.exec(text.trim());
  if (!match) {
    throw new UsageError(
      `Cannot read --span ${JSON.stringify(text)}: expected START:END or START:END:TYPE, as 0:2:SUBJ ` +
        "(UTF-16 offsets into the text, end exclusive).",
    );
  }
  const [, start, end, type] = match;
  return { start: Number(start), end: Number(end), ...(type === undefined ? {} : { type }) };
}
