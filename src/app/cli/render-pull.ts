import type { PullEvent } from "../../index.ts";
import { Pace, type StatusLine } from "./status-line.ts";

/** Shows a download from the hub: the files, the progress, and every problem. */
export class PullView {
  readonly #line: StatusLine;
  #pace = new Pace();
  #file = "";

  constructor(line: StatusLine) {
    this.#line = line;
  }

  show(event: PullEvent): void {
    const line = this.#line;
    if (event.type === "resolved")
      line.print(`${event.model}, revision ${event.revision}, commit ${event.commit.slice(0, 12)}`);
    else if (event.type === "plan") {
      const total = event.files.reduce((sum, { bytes }) => sum + bytes, 0);
      line.print(`${event.files.length} files, ${size(total)}`);
    } else if (event.type === "file") {
      line.print(`  ${event.file}  ${size(event.bytes)}${event.cached ? ", from the cache" : ""}`);
    } else if (event.type === "progress") {
      if (event.file !== this.#file) this.#pace = new Pace();
      this.#file = event.file;
      const { rate } = this.#pace.at(event.bytes, event.totalBytes);
      line.update([
        line.bar(event.bytes / event.totalBytes),
        event.file,
        `${size(event.bytes)} of ${size(event.totalBytes)}`,
        `${size(rate)}/s`,
      ]);
    } else if (event.type === "retry")
      line.print(`  ${event.file}: ${event.reason}; again in ${(event.pauseMs / 1000).toFixed(1)} s`);
    else if (event.type === "waiting") line.print(`  ${event.file}: another process is downloading it; waiting`);
    else if (event.type === "damaged")
      line.print(`  ${event.file}: the copy in the cache is not what the hub lists; downloading it again`);
    else
      line.print(`WARNING: the hub cannot be reached (${event.reason}); the model is taken from the cache as it was.`);
  }
}

/** Formats a size as the hub does, with decimal units: `1.1 GB`. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${units[unit]}`;
}
