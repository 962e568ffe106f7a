import { formatNotice, type Notice, type ReadingEvent } from "../../index.ts";
import { plural } from "../../report/words.ts";
import { size } from "./render-pull.ts";
import { duration, Pace, type StatusLine } from "./status-line.ts";

/** Shows the progress of reading files. */
export class ReadingView {
  readonly #line: StatusLine;
  readonly #pace = new Pace();

  constructor(line: StatusLine) {
    this.#line = line;
  }

  show({ documents, bytes, totalBytes }: ReadingEvent): void {
    const line = this.#line;
    const { rate, secondsLeft } = this.#pace.at(bytes, totalBytes ?? bytes);
    const amounts = [`${size(rate)}/s`, plural(documents, "document")];
    if (totalBytes === undefined) line.update([size(bytes), ...amounts]);
    else {
      const known = [line.bar(bytes / Math.max(1, totalBytes)), `${duration(secondsLeft)} left`];
      line.update([...known, `${size(bytes)} of ${size(totalBytes)}`, ...amounts]);
    }
  }
}

/** Prints notices, one line each under a title. */
export function printNotices(title: string, notices: readonly Notice[], line: StatusLine): void {
  if (notices.length === 0) return;
  line.print(title);
  for (const notice of notices) line.print(`  ${formatNotice(notice)}`);
}
