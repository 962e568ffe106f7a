import { countOfUnit, entityUnit, type PredictFilesEvent, type PredictFilesResult } from "../../index.ts";
import { plural } from "../../report/words.ts";
import { PullView } from "./render-pull.ts";
import { ReadingView } from "./render-reading.ts";
import { renderNotices } from "./render-training.ts";
import { duration, elapsed, Pace, type StatusLine } from "./status-line.ts";

/** Prints what was written, if something was, and what is to be known of the answers. */
export function printWritten(
  { texts, written, notices, seconds }: PredictFilesResult,
  output: string,
  isOfPairs: boolean,
  line: StatusLine,
): void {
  if (written) {
    const answers = isOfPairs ? plural(written.relations, "relation") : countOfUnit(written.entities, entityUnit);
    line.print(`${answers} written to ${output}.`);
    renderNotices(written.losses, [], line);
  }
  renderNotices(notices, [], line);
  line.print(`${plural(texts, "text")} in ${elapsed(seconds)}.`);
}

export function printNotes(notes: readonly string[], line: StatusLine): void {
  for (const note of notes) line.print(`note: ${note}`);
}

/** Shows the download and opening of the model, the texts read, and the number of answers. */
export class PredictionView {
  readonly #line: StatusLine;
  readonly #pull: PullView;
  readonly #reading: ReadingView;
  #pace: Pace | undefined;
  /** Whether the model answers for pairs of entities, or for the entities themselves. */
  isOfPairs = true;

  constructor(line: StatusLine) {
    this.#line = line;
    this.#pull = new PullView(line);
    this.#reading = new ReadingView(line);
  }

  show(event: Exclude<PredictFilesEvent, { readonly type: "answer" }>): void {
    if (event.type === "pull") this.#pull.show(event.event);
    else if (event.type === "model") {
      this.isOfPairs = event.model.kind === "pair";
      printNotes(event.model.notes, this.#line);
    } else if (event.type === "reading") this.#reading.show(event);
    else this.#showProgress(event.done, event.total);
  }

  #showProgress(done: number, total: number | undefined): void {
    const line = this.#line;
    const { rate, secondsLeft } = (this.#pace ??= new Pace()).at(done, total ?? done);
    const known = total ? [line.bar(done / total), `${duration(secondsLeft)} left`] : [];
    line.update([...known, plural(done, "text"), `${rate.toFixed(0)} texts/s`]);
  }
}
