import type { ModelEvent, ReadingEvent, Run } from "../../index.ts";
import { printableLines } from "../../report/words.ts";
import { onInterrupt, type InterruptPlan } from "./interrupt.ts";
import { PullView } from "./render-pull.ts";
import { ReadingView } from "./render-reading.ts";
import { StatusLine } from "./status-line.ts";

/** Runs the work of a command, with a status line that is cleared at the end and a plan for signals. */
export async function working<T>(
  plan: Omit<InterruptPlan, "line">,
  work: (line: StatusLine) => Promise<T>,
): Promise<T> {
  const line = new StatusLine();
  const interrupt = onInterrupt({ line, ...plan });
  try {
    return await work(line);
  } finally {
    line.clear();
    interrupt.dispose();
  }
}

/** Shows the events of a run one by one, and returns its result. */
export async function follow<Event, Result>(
  run: Run<Event, Result>,
  show: (event: Event) => void | Promise<void>,
): Promise<Result> {
  for await (const event of run) await show(event);
  return run.result;
}

/** Follows a run and shows only its progress: the download of a model, and the reading of files. */
export async function followOnLine<Result>(
  run: Run<ModelEvent | ReadingEvent, Result>,
  line: StatusLine,
): Promise<Result> {
  const pull = new PullView(line);
  const reading = new ReadingView(line);
  const result = await follow(run, (event) => {
    if (event.type === "pull") pull.show(event.event);
    else reading.show(event);
  });
  line.clear();
  return result;
}

/** Prints text for people to standard output; labels and texts in it do not drive the terminal. */
export const show = (text: string): void => void process.stdout.write(`${printableLines(text)}\n`);

/** Writes to standard output, and waits for a slow reader, so that long output does not fill the memory. */
export async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}
