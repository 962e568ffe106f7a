import { printableLines } from "../../report/words.ts";
import { wrap } from "./wrap.ts";

/** Milliseconds after which work that goes on says so where there is no terminal. */
const heartbeat = 30_000;

/**
 * A status line at the bottom of a terminal, which is overwritten as work goes on. Elsewhere (a file, a pipe, CI) only
 * whole lines are printed. All of it goes to stderr, since stdout belongs to results.
 */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  readonly isLive: boolean;
  #shown = "";
  #lastDrawn = 0;
  #lastPrinted = performance.now();

  /** Whether no line is shown (`--quiet`): results go to stdout and errors to stderr by themselves. */
  static isQuiet = false;
  /** Whether lines begin with the seconds since the start of the process, and commands print all that they know (`--verbose`). */
  static isVerbose = false;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
    this.isLive = stream.isTTY && process.env["TERM"] !== "dumb" && process.env["CI"] === undefined;
  }

  /**
   * Replaces the line, at most ten times a second, by as many of the parts as fit, the most important first. Where no
   * line can be replaced, prints one if nothing was printed for half a minute: a log that stands still looks like a hang.
   */
  update(parts: readonly string[]): void {
    if (StatusLine.isQuiet) return;
    const now = performance.now();
    if (!this.isLive) {
      if (now - this.#lastPrinted >= heartbeat) this.print(parts.map(withoutBar).join("  "));
      return;
    }
    if (now - this.#lastDrawn < 100) return;
    this.#lastDrawn = now;
    this.#shown = parts.reduce((shown, part) =>
      shown.length + 2 + part.length < this.#width ? `${shown}  ${part}` : shown,
    );
    this.#stream.write(`\r\u001B[2K${printableLines(this.#shown)}`);
  }

  /** Draws `━━━━━━╸───── 48 %`, shorter on a narrow terminal. */
  bar(share: number): string {
    return bar(share, this.#width < 100 ? 10 : 24);
  }

  /** Prints a permanent line above the status line; on a terminal it wraps at spaces. */
  print(text = ""): void {
    if (StatusLine.isQuiet) return;
    this.clear();
    this.#lastPrinted = performance.now();
    // Labels and texts of others' files stand in it, and must not drive the terminal.
    const printable = printableLines(text);
    const shown = StatusLine.isVerbose && printable !== "" ? `${since()} ${printable}` : printable;
    this.#stream.write(`${this.isLive ? wrap(shown, this.#width) : shown}\n`);
  }

  clear(): void {
    if (this.#shown) this.#stream.write("\r\u001B[2K");
    this.#shown = "";
  }

  get #width(): number {
    return this.#stream.columns || 80;
  }
}

/** `[   1.2 s]` since the process began. */
const since = (): string => `[${process.uptime().toFixed(1).padStart(6)} s]`;

const withoutBar = (part: string): string => part.replace(/^[━╸─]+ +/, "");

function bar(share: number, width: number): string {
  const filled = Math.min(width, Math.floor(share * width));
  const tip = filled < width ? "╸" : "";
  return `${"━".repeat(filled)}${tip}${"─".repeat(width - filled - tip.length)} ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/** Formats seconds as `1:05` or `2:03:10`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const pad = (n: number): string => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** Formats seconds as `4.2 s`, from a minute on as `duration` does. */
export const elapsed = (seconds: number): string => (seconds < 59.95 ? `${seconds.toFixed(1)} s` : duration(seconds));

/** Estimates the rate and the time left of counted work, by a moving average over the last steps. */
export class Pace {
  #marks: { time: number; done: number }[] = [{ time: performance.now(), done: 0 }];

  /** Counts from so much that was done before. */
  begin(done: number): void {
    this.#marks = [{ time: performance.now(), done }];
  }

  at(done: number, total: number): { rate: number; secondsLeft: number } {
    this.#marks.push({ time: performance.now(), done });
    if (this.#marks.length > 50) this.#marks.shift();
    const first = this.#marks[0]!;
    const last = this.#marks.at(-1)!;
    const rate = (last.done - first.done) / Math.max(1e-3, (last.time - first.time) / 1000);
    return { rate, secondsLeft: rate > 0 ? (total - done) / rate : 0 };
  }
}

/** Formats a rate as `12 pairs/s`, or below one a second as `2.5 s a pair`. */
export const pace = (perSecond: number, unit: { readonly one: string; readonly many: string }): string =>
  perSecond >= 1 || perSecond <= 0
    ? `${perSecond.toFixed(0)} ${unit.many}/s`
    : `${(1 / perSecond).toFixed(1)} s a ${unit.one}`;
