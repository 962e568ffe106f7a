import { ArchiveLimitError, MemberNameError } from "../corpus/errors.ts";
import { DataError, formatLocation, InputMissingError, UnavailableError } from "../errors.ts";
import { printable } from "../quote.ts";
import type { ReadContext } from "./format.ts";

/**
 * Whether an error concerns only one file, so that the file may be left out of several; not errors of the folder or
 * archive around it.
 */
export const isOfOneFile = (error: unknown): error is DataError | UnavailableError | InputMissingError =>
  (error instanceof DataError || error instanceof UnavailableError || error instanceof InputMissingError) &&
  !(error instanceof ArchiveLimitError || error instanceof MemberNameError);

/** The part of a reading that decides whether a file is left out of several. */
export type SettingAside = Pick<ReadContext, "notices" | "setAside"> & Partial<Pick<ReadContext, "settings">>;

/**
 * Reports a file of a folder or archive that is left out because it cannot be read completely.
 * @throws the error, if it does not concern this file alone or such files are not to be left out
 */
export function setAside(file: string, error: unknown, context: SettingAside): void {
  if (!isOfOneFile(error)) throw error;
  if (context.setAside) return context.setAside(file, error);
  if (!context.settings?.skipInvalid) throw error;
  const at = error instanceof DataError && error.at !== undefined ? error.at : { file };
  const detail = printable(error.message)
    .replace(`${formatLocation(at)}: `, "")
    .replace(`${file} `, "");
  const message = "files of folders and archives that cannot be read, left out";
  context.notices.lose("unreadable-file", message, { ...at, detail }, { other: 1 });
}
