import type { ArgumentsOf, EventOf, JobName, ResultOf } from "./jobs.ts";
import { Run, type RunOptions } from "./run.ts";
import { JobThread, type Input } from "./thread.ts";

/**
 * Does a job on a thread of its own, which ends with the job.
 * @param given makes the job's arguments; an error that it throws is an error of the run
 * @param input the thread's standard input
 */
export function runJob<Name extends JobName>(
  job: Name,
  given: () => ArgumentsOf<Name>,
  options: RunOptions & { readonly input?: Input | undefined } = {},
): Run<EventOf<Name>, ResultOf<Name>> {
  return new Run(async function* (signal) {
    const checked = given();
    const thread = new JobThread(options.input);
    try {
      return yield* thread.call(job, checked, signal);
    } finally {
      await thread.close();
    }
  }, options);
}
