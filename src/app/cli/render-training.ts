import {
  type EstimateEvent,
  formatNotice,
  formatNoticeInFull,
  type Notice,
  pairUnit,
  type TrainEvent,
} from "../../index.ts";
import { dataLines } from "./data-lines.ts";
import { estimateLine } from "./render-estimate.ts";
import { PullView } from "./render-pull.ts";
import { duration, pace, Pace, StatusLine } from "./status-line.ts";

const columns = ["step", "epoch", "training loss", "validation loss", "accuracy"] as const;

/** Beside the accuracy: of pairs, where the micro F1 of all labels is the accuracy once more, that of relations. */
const f1Columns = (
  unit: typeof pairUnit,
): readonly (readonly [string, "relationMicroF1" | "microF1" | "macroF1"])[] => [
  unit === pairUnit ? ["relation F1", "relationMicroF1"] : ["F1 micro", "microF1"],
  ["F1 macro", "macroF1"],
];

/** Notices that change what the figures mean. */
const warned = new Set(["trained-on-file", "chosen-on-file"]);

/** Prints what was left out or treated specially, one line each. */
export function renderNotices(notices: readonly Notice[], lengths: readonly string[], line: StatusLine): void {
  const format = StatusLine.isVerbose ? formatNoticeInFull : formatNotice;
  for (const notice of notices) line.print(`  ${warned.has(notice.code) ? "WARNING" : "note"}: ${format(notice)}`);
  for (const length of lengths) line.print(`  note: ${length}`);
}

/** Shows a run's events: a growing table of evaluations, and a live line with rate and time left. */
export class TrainingView {
  readonly #line: StatusLine;
  readonly #pace = new Pace();
  /** The time of the evaluation under way. */
  #scoring: { readonly of: string; readonly pace: Pace } | undefined;
  #estimate: { readonly event: EstimateEvent; readonly at: number } | undefined;
  /** The seconds of the run that were said last. */
  #said: number | undefined;
  readonly #pull: PullView;
  #hasHeader = false;
  #texts = 0;
  #examplesPerText = 1;
  #unit = pairUnit;
  /** The step that the run began with. */
  #begin = 0;
  #checkpoint: string | undefined;
  #isTesting = false;
  #isScored = false;
  /** The F1 of the last evaluation, with its name. */
  #f1: string | undefined;

  constructor(line: StatusLine) {
    this.#line = line;
    this.#pull = new PullView(line);
  }

  /** Whether a training step was made, so that there may be a model to keep. */
  get hasBegun(): boolean {
    return this.#texts > 0;
  }

  /** Whether all steps are done, so that only scores and files are to come. */
  get isTesting(): boolean {
    return this.#isTesting;
  }

  /** Whether some weights were evaluated, so that there is a model to keep. */
  get isScored(): boolean {
    return this.#isScored;
  }

  /** The newest checkpoint that this run has written, or goes on from. */
  get checkpoint(): string | undefined {
    return this.#checkpoint;
  }

  show(event: TrainEvent): void {
    const line = this.#line;
    if (event.type === "data") {
      this.#unit = event.unit;
      this.#examplesPerText = event.examplesPerText;
      for (const sentence of dataLines(event)) line.print(sentence);
      renderNotices(event.notices, event.lengths, line);
    } else if (event.type === "model") {
      const size = (event.parameters / 1e6).toFixed(1);
      line.print(
        `${event.name}: ${size} million parameters, vocabulary ${event.vocabSize}, texts up to ${event.maxLength} tokens`,
      );
      for (const note of event.notes) line.print(`  note: ${note}`);
      line.print();
    } else if (event.type === "resumed") {
      this.#begin = event.step;
      this.#isScored = event.keptStep > 0;
      this.#checkpoint = event.folder;
      this.#pace.begin(event.step);
      line.print(`Going on from step ${event.step} (${event.folder}).`);
      for (const note of event.notes) line.print(`  note: ${note}`);
    } else if (event.type === "checkpoint") {
      if (event.failure === undefined) this.#checkpoint = event.folder;
      else line.print(`  WARNING: no checkpoint of step ${event.step}, training goes on: ${event.failure}`);
    } else if (event.type === "tracking") {
      line.print(`  WARNING: ${event.tracker} was not written, training goes on: ${event.failure}`);
    } else if (event.type === "pull") {
      this.#pull.show(event.event);
    } else if (event.type === "step") {
      this.#texts += event.examples;
      const { rate, secondsLeft } = this.#pace.at(event.step, event.totalSteps);
      const perSecond = rate * (this.#texts / (event.step - this.#begin)) * this.#examplesPerText;
      line.update([
        line.bar(event.step / event.totalSteps),
        `step ${event.step}/${event.totalSteps}`,
        `${duration(this.#secondsLeft ?? secondsLeft)} left`,
        `loss ${event.loss.toFixed(3)}`,
        ...(this.#f1 === undefined ? [] : [this.#f1]),
        pace(perSecond, this.#unit),
        `epoch ${event.epoch.toFixed(1)}`,
      ]);
    } else if (event.type === "overflow") {
      this.#texts += event.examples;
      line.print(
        `  step ${event.step} skipped: its gradients overflowed float16; the loss scale is halved to ${event.lossScale} ` +
          `(${event.skippedSteps} skipped so far)`,
      );
    } else if (event.type === "placement") {
      const others = Object.entries(event.onCpu).map(([op, count]) => `${op} ${count}`);
      const rest = others.length > 0 ? `; on the CPU: ${others.join(", ")}` : "";
      const total = event.onDevice + Object.values(event.onCpu).reduce((sum, count) => sum + count, 0);
      line.print(`${event.onDevice} of ${total} nodes of the graphs on ${event.device}${rest}`);
      const share = ((100 * (event.bytesToDevice + event.bytesFromDevice)) / event.weightBytes).toPrecision(2);
      line.print(
        `each step copies ${event.bytesToDevice.toLocaleString("en")} bytes to ${event.device} and ${event.bytesFromDevice.toLocaleString("en")} back, ${share} % of the weights`,
      );
    } else if (event.type === "evaluating") {
      this.#showScoring(`evaluating step ${event.step}`, event);
    } else if (event.type === "testing") {
      this.#showScoring("scoring the test part", event);
    } else if (event.type === "estimate") {
      this.#estimate = { event, at: performance.now() };
      this.#sayEstimate(event);
    } else if (event.type === "evaluation") {
      this.#isScored = true;
      const f1 = f1Columns(this.#unit);
      const names = [...columns, ...f1.map(([name]) => name)];
      if (!this.#hasHeader) line.print(names.join("  "));
      this.#hasHeader = true;
      const { scores } = event.result;
      const [name, key] = f1[0]!;
      this.#f1 = `${name} ${scores[key].toFixed(3)}`;
      const numbers = [
        event.trainingLoss,
        scores.loss ?? Number.NaN,
        scores.accuracy,
        ...f1.map(([, key]) => scores[key]),
      ];
      const cells = [String(event.step), event.epoch.toFixed(2), ...numbers.map((number) => number.toFixed(4))];
      const row = cells.map((cell, i) => cell.padStart(names[i]!.length)).join("  ");
      line.print(`${row}${event.isKept ? "  *" : ""}`);
    } else if (event.type === "done") {
      this.#isTesting = event.reason !== "stopped";
      if (event.skippedSteps !== undefined && event.skippedSteps > 0)
        line.print(`${event.skippedSteps} of ${event.step} steps were skipped: their gradients overflowed float16.`);
      if (event.reason === "patience")
        line.print(`Stopped early: no better score; the model of step ${event.keptStep} is kept.`);
      if (event.reason === "stopped" && event.keptStep > 0)
        line.print(`Stopped at step ${event.step}; the model of step ${event.keptStep} is kept.`);
    }
  }
  /** By the estimate of the run, evaluations included. */
  get #secondsLeft(): number | undefined {
    if (!this.#estimate) return undefined;
    const { event, at } = this.#estimate;
    return Math.max(0, event.secondsLeft - (performance.now() - at) / 1000);
  }

  /** Prints the first estimate, and later ones that are far from what was said; short runs are over before that is read. */
  #sayEstimate(event: EstimateEvent): void {
    const isNews = this.#said === undefined || event.seconds > 1.5 * this.#said || event.seconds < this.#said / 1.5;
    if (!isNews || event.secondsLeft < 10) return;
    this.#line.print(`${this.#said === undefined ? "This run takes" : "Now it looks like"} ${estimateLine(event)}.`);
    this.#said = event.seconds;
  }

  #showScoring(what: string, { done, total }: { readonly done: number; readonly total: number }): void {
    if (this.#scoring?.of !== what) this.#scoring = { of: what, pace: new Pace() };
    const { secondsLeft } = this.#scoring.pace.at(done, total);
    const line = this.#line;
    line.update([line.bar(done / total), what, `${duration(secondsLeft)} left`, `${done}/${total} ${this.#unit.many}`]);
  }
}
