import { ArchiveLimitError, MemberNameError } from "../corpus/errors.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import { DataError, formatLocation, InputMissingError, UnavailableError } from "../errors.ts";
import { printable } from "../quote.ts";

/**
 * Whether an error concerns only one file, so that the file may be left out of several; not errors of the folder or
 * archive around it.
 */
export const isOfOneFile = (error: unknown): error is DataError | UnavailableError | InputMissingError =>
  (error instanceof DataError || error instanceof UnavailableError || error instanceof InputMissingError) &&
  !(error instanceof ArchiveLimitError || error instanceof MemberNameError);

/** Reports a file of a folder or archive that is left out because it cannot be read completely. */
export function setAside(file: string, error: Error, notices: NoticeLog): void {
  const at = error instanceof DataError && error.at !== undefined ? error.at : { file };
  const detail = printable(error.message)
    .replace(`${formatLocation(at)}: `, "")
    .replace(`${file} `, "");
  const message = "files of folders and archives that cannot be read, left out";
  notices.lose("unreadable-file", message, { ...at, detail }, { other: 1 });
}
