import { drain } from "../generators.ts";
import type { ArgumentsOf, JobName, ResultOf } from "./jobs.ts";
import { JobThread } from "./thread.ts";

type GuestJob = Extract<JobName, "readTasks" | "readWebhook" | "readCas" | "writeCasFiles">;

/**
 * Reads the requests of annotation tools on a thread of its own, so that a large one does not hold up its caller. The
 * thread starts with the first request; one that ended by itself is followed by another.
 */
export class GuestReader {
  #thread: JobThread | undefined;

  /** @throws DataError for a request that cannot be read */
  async read<Name extends GuestJob>(job: Name, given: ArgumentsOf<Name>): Promise<ResultOf<Name>> {
    const thread = (this.#thread ??= new JobThread());
    try {
      return await drain(thread.call(job, given));
    } catch (error) {
      if (thread.hasEnded && this.#thread === thread) this.#thread = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }
}
