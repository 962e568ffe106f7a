/**
 * Exit codes of the command line (docs/reference/cli.md), after BSD's sysexits.h.
 * From 129 on they are the shell's own codes for a process that a signal ended: 128 and its number.
 */
export const exitCodes = {
  ok: 0,
  unmet: 1,
  usage: 64,
  badData: 65,
  inputMissing: 66,
  unavailable: 69,
  bug: 70,
  tryAgain: 75,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Where in a user's file something was found; all numbers count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line?: number | undefined;
  /** The column, in UTF-16 code units; absent where the line says enough. */
  readonly column?: number | undefined;
  /** The number of the record in the file; absent where the line says that. */
  readonly record?: number | undefined;
  /** The name of the record in the file, as messages say it: `id "t-3"`. */
  readonly name?: string | undefined;
}

/**
 * Formats a place as editors and terminals link it: `annotations.jsonlines:12`. If several records share a line, the
 * record is named: `tasks.json:1:480 (record 3, id 17)`.
 */
export function formatLocation({ file, line, column, record, name }: SourceLocation, detail?: string): string {
  const place = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(":");
  const which = [record === undefined ? undefined : `record ${record}`, name].filter((part) => part !== undefined);
  const said = [which.join(", "), detail ?? ""].filter((part) => part !== "").join(": ");
  return said === "" ? place : `${place} (${said})`;
}

/**
 * An error that the user can mend: wrong flag, bad data, missing file. Its message says what was being done, to which
 * thing, what was expected, what was found and what to do next. Anything thrown that is not a UserError is a bug.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly exitCode: ExitCode = exitCodes.usage;
  /** Whether any record would be read if invalid ones were left out; undefined if that was not tried. */
  skippingHelps: boolean | undefined;
}

/** A wrong setting or a combination of settings that cannot work. */
export class UsageError extends UserError {
  override readonly name = "UsageError";
  override readonly exitCode = exitCodes.usage;
}

/** Data that cannot be used as it is; `at` is its place. */
export class DataError extends UserError {
  override readonly name: string = "DataError";
  override readonly exitCode = exitCodes.badData;
  readonly at: SourceLocation | undefined;
  constructor(message: string, at?: SourceLocation) {
    super(at ? `${formatLocation(at)}: ${message}` : message);
    this.at = at;
  }
}

/** A file or folder that was named and is not there. */
export class InputMissingError extends UserError {
  override readonly name = "InputMissingError";
  override readonly exitCode = exitCodes.inputMissing;
}

/** A missing need outside of the data: a folder to write to, a device, a network. */
export class UnavailableError extends UserError {
  override readonly name = "UnavailableError";
  override readonly exitCode = exitCodes.unavailable;
}

/** Work that was stopped by the user or by the program that called for it. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** A failure that passes by itself: no network, a busy server. The same command may work later. */
export class TryAgainError extends UserError {
  override readonly name: string = "TryAgainError";
  override readonly exitCode = exitCodes.tryAgain;
}
