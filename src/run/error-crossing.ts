import {
  DataError,
  exitCodes,
  InputMissingError,
  Interrupted,
  TryAgainError,
  UnavailableError,
  UsageError,
  UserError,
} from "../errors.ts";

/** An error without its class, which is lost on the way between threads. */
export interface SerializedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The exit code of a UserError; absent for a bug. */
  readonly exitCode?: number;
  readonly cause?: SerializedError;
  /** Its further fields that can be cloned: `at`, `tensor`, `span`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export function serializeError(error: unknown): SerializedError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: undefined, fields: {} };
  const fields = Object.fromEntries(
    Object.entries(error).filter(([key, value]) => !["name", "exitCode", "cause"].includes(key) && isCloneable(value)),
  );
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    stack,
    fields,
    ...(error instanceof UserError ? { exitCode: error.exitCode } : {}),
    ...(cause instanceof Error ? { cause: serializeError(cause) } : {}),
  };
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes the error that the caller's thread throws: of the nearest class of errors.ts, with the original's name and
 * fields.
 */
export function deserializeError({ name, message, stack, exitCode, cause, fields }: SerializedError): Error {
  const error = name === "Interrupted" ? new Interrupted(message) : errorOf(exitCode, message);
  Object.assign(error, fields);
  Object.defineProperty(error, "name", { value: name });
  if (stack !== undefined) error.stack = stack;
  if (cause) error.cause = deserializeError(cause);
  return error;
}

function errorOf(exitCode: number | undefined, message: string): Error {
  if (exitCode === exitCodes.usage) return new UsageError(message);
  if (exitCode === exitCodes.badData) return new DataError(message);
  if (exitCode === exitCodes.inputMissing) return new InputMissingError(message);
  if (exitCode === exitCodes.unavailable) return new UnavailableError(message);
  if (exitCode === exitCodes.tryAgain) return new TryAgainError(message);
  return new Error(message);
}
