import { DataError, InputMissingError, UnavailableError } from "../errors.ts";
import type { UserError } from "../errors.ts";

export interface CheckpointProblem {
  readonly file: string;
  readonly tensor?: string | undefined;
  /** Completes "expected ...". */
  readonly expected: string;
  /** Completes "found ...". */
  readonly found: string;
  /** What to do about it; a whole sentence. */
  readonly next?: string;
}

/** A file of a checkpoint that is damaged, incomplete, or not what it says it is. */
export class CheckpointError extends DataError {
  override readonly name = "CheckpointError";
  readonly file: string;
  readonly tensor: string | undefined;
  readonly expected: string;
  readonly found: string;

  constructor(what: string, problem: CheckpointProblem) {
    const { file, tensor, expected, found, next } = problem;
    const subject = tensor === undefined ? what : `tensor ${quote(tensor)}: ${what}`;
    super(`${subject}: expected ${expected}, found ${found}.${next ? ` ${next}` : ""}`, { file });
    this.file = file;
    this.tensor = tensor;
    this.expected = expected;
    this.found = found;
  }
}

/** Foreign text, safe to show: escaped, in quotes, and short. */
export function quote(text: string, length = 80): string {
  const shown = JSON.stringify(text.slice(0, length));
  return text.length > length ? `${shown}... (${text.length} characters)` : shown;
}

interface SystemError extends Error {
  readonly code: string;
}

const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";

/** Why a system call failed: `no space left on device (ENOSPC)`, from Node's `ENOSPC: no space left on device, write`. */
const reason = ({ code, message }: SystemError): string => `${/^\w+: ([^,]+)/.exec(message)?.[1] ?? message} (${code})`;

/** What a failed read of `path` means to the person who named it. Anything but a system error is a bug, thrown on. */
export function readFailure(path: string, error: unknown): UserError {
  if (!isSystemError(error)) throw error;
  return error.code === "ENOENT" || error.code === "ENOTDIR"
    ? new InputMissingError(`${path} does not exist. Check the path.`)
    : new UnavailableError(`${path} cannot be read: ${reason(error)}.`);
}

/** The same for a failed write. */
export function writeFailure(path: string, error: unknown): UserError {
  if (!isSystemError(error)) throw error;
  if (error.code === "EEXIST" || error.code === "ENOTDIR") {
    return new UnavailableError(
      `${path} cannot be written: a file stands where a folder is needed. Choose another place.`,
    );
  }
  return new UnavailableError(`${path} cannot be written: ${reason(error)}. Choose another place or mend this one.`);
}
