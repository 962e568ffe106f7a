import { UnavailableError } from "../errors.ts";
import { memoryAdvice } from "./memory-advice.ts";

/**
 * The error that explains to a thread's owner why it ended: the user can mend a lack of memory; anything else is a bug.
 */
export function threadFailure(error: Error): Error {
  if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_OUT_OF_MEMORY") return error;
  return new UnavailableError(`The thread that does the work ran out of memory. ${memoryAdvice()}`);
}
