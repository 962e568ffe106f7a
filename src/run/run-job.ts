import type { ArgumentsOf, EventOf, JobName, ResultOf } from "./jobs.ts";
import { Run, type RunOptions } from "./run.ts";
import { JobThread, type Input } from "./thread.ts";

/**
 * Megabytes of short-lived objects in jobs that pass documents on one by one: nearly all of them are garbage at once, so that
 * V8's usual 48 make such a job larger and no faster (`npm run bench -- convert`).
 */
const youngMegabytes: Partial<Record<JobName, number>> = { convert: 16, predictionLines: 16 };

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
    const thread = new JobThread({ input: options.input, youngMegabytes: youngMegabytes[job] });
    try {
      return yield* thread.call(job, checked, signal);
    } finally {
      await thread.close();
    }
  }, options);
}
