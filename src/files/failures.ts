import { InputMissingError, UnavailableError } from "../errors.ts";
import type { UserError } from "../errors.ts";

interface SystemError extends Error {
  readonly code: string;
}

const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";

/** Shortens Node's `ENOSPC: no space left on device, write` to `no space left on device (ENOSPC)`. */
const reason = ({ code, message }: SystemError): string => `${/^\w+: ([^,]+)/.exec(message)?.[1] ?? message} (${code})`;

/** Turns a failed read of `path` into an error for the user. Anything but a system error is a bug and is thrown on. */
export function readFailure(path: string, error: unknown): UserError {
  if (!isSystemError(error)) throw error;
  return error.code === "ENOENT" || error.code === "ENOTDIR"
    ? new InputMissingError(`${path} does not exist. Check the path.`)
    : new UnavailableError(`${path} cannot be read: ${reason(error)}.`);
}

/** Turns a failed write to `path` into an error for the user. Anything but a system error is a bug and is thrown on. */
export function writeFailure(path: string, error: unknown): UserError {
  if (!isSystemError(error)) throw error;
  if (error.code === "EEXIST" || error.code === "ENOTDIR") {
    return new UnavailableError(
      `${path} cannot be written: a file stands where a folder is needed. Choose another place.`,
    );
  }
  return new UnavailableError(`${path} cannot be written: ${reason(error)}. Choose another place or mend this one.`);
}
