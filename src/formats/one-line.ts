import type { NoticeLog } from "../corpus/notices.ts";
import type { SourceLocation } from "../errors.ts";

/** Ids, types and labels for formats in which each is part of a line of fields; a change is counted. */
export function oneLine(name: string, notices: NoticeLog, source: SourceLocation | undefined): string {
  const line = name.replace(/[\t\r\n]/g, " ");
  if (line !== name) {
    notices.add("line-break", "ids, types and labels with line breaks or tabs, written with blanks for them", source);
  }
  return line;
}
