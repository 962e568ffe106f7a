import type { SweepEntry, SweepResult } from "../../index.ts";
import { shorten, textTable, type TextColumn } from "../../report/text-table.ts";
import { wrap } from "./wrap.ts";

/** Settings in a sentence: `learning-rate 0.0003, dropout 0.1`. */
export const settingsText = (settings: SweepEntry["settings"]): string =>
  Object.entries(settings)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(", ");

/** Formats a sweep for the terminal: a table of trials, the longest and best first, and what the figures are. */
export function renderSweep(result: SweepResult, width: number): string {
  const { trials, metric, best, final } = result;
  const last = new Map<number, SweepEntry>();
  // Of a trial that went on, the longest run counts.
  for (const entry of trials) last.set(entry.trial, entry);
  const order = [...last.values()].sort(
    (a, b) =>
      b.share - a.share ||
      Number(a.score === null) - Number(b.score === null) ||
      (metric === "loss" ? a.score! - b.score! : b.score! - a.score!) ||
      a.trial - b.trial,
  );
  const keys = Object.keys(result.space);
  const columns: TextColumn[] = [
    { title: "trial", align: "right" },
    { title: `${metric}, validation`, align: "right" },
    { title: "steps", align: "right" },
    ...keys.map((title): TextColumn => ({ title: shorten(title, Math.max(8, width - 50)), align: "right" })),
  ];
  const rows = order.map(({ trial, score, steps, settings }) => [
    String(trial),
    score === null ? "failed" : score.toFixed(4),
    String(steps),
    ...keys.map((key) => String(settings[key])),
  ]);
  const whole =
    final.part === "test"
      ? `The model of trial ${best.trial} has ${metric} ${final.value.toFixed(4)} on the test part, which no trial has seen: this is the figure to expect.`
      : "There is no test part, so no figure here is without optimism: relata evaluate on other documents gives one.";
  const sentences = [
    `Trial ${best.trial} is the best: ${settingsText(best.settings)}.`,
    "Scores of the table are of the validation part, as the best of several, so they are optimistic; trials of unlike steps are not comparable.",
    whole,
  ];
  return `Trials\n\n${textTable(columns, rows)}\n\n${wrap(sentences.join("\n"), width)}`;
}
