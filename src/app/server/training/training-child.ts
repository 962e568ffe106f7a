// The process that trains for an annotation tool, apart from the server: it takes one order, answers once, and ends.
import { endRuns, train, UserError, type Evaluation } from "../../../index.ts";
import type { FromTraining, TrainOrder } from "./training-process.ts";

if (!process.send) throw new Error("internal: this file is started by the server");

// Signals of the terminal are the server's affair, which ends this process by closing the channel.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => {});

let hasAnswered = false;
const reply = (message: FromTraining): void => {
  hasAnswered = true;
  process.send!(message, () => {});
};

process.once("message", ({ paths, config }: TrainOrder) => {
  const run = train(paths, config);
  run.result.then(
    ({ evaluation }) => reply({ type: "trained", summary: summaryOf(evaluation) }),
    (error: unknown) => {
      const isMendable = error instanceof UserError;
      reply({ type: "refused", message: isMendable ? error.message : ((error as Error).stack ?? String(error)) });
    },
  );
});
process.on("disconnect", () => {
  if (hasAnswered) process.exit(0);
  void endRuns().finally(() => process.exit(1));
});

const summaryOf = ({ scores }: Evaluation): string =>
  `micro F1 ${scores.microF1.toFixed(3)}, macro F1 ${scores.macroF1.toFixed(3)} on ${scores.count} ${scores.unit} held out`;
