import type { NoticeLog } from "../corpus/notices.ts";
import type { SourceLocation } from "../errors.ts";

/** Removes line breaks and tabs from an id, type or label, for formats with fields on a line; changes are counted. */
export function oneLine(name: string, notices: NoticeLog, source: SourceLocation | undefined): string {
  const line = name.replace(/[\t\r\n]/g, " ");
  if (line !== name) {
    notices.add("line-break", "ids, types and labels with line breaks or tabs, written with blanks for them", source);
  }
  return line;
}
