import { UnavailableError } from "../../errors.ts";
import { memoryAdvice } from "../memory-advice.ts";

/** What ended the thread, as its owner throws it: memory that ran out is for a person to mend, anything else is a bug. */
export function threadFailure(error: Error): Error {
  if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_OUT_OF_MEMORY") return error;
  return new UnavailableError(`The thread that runs the model ran out of memory. ${memoryAdvice()}`);
}
