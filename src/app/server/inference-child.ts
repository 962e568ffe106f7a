// The process in which a model runs, apart from the server: a crash of the native runtime ends this one alone.
import { openModel, UserError, type RelationModel } from "../../index.ts";
import { factsOf, type FromChild, type ToChild } from "./engine.ts";

if (!process.send) throw new Error("internal: this file is started by the server");

// Signals of the terminal are the server's affair, which ends this process by closing the channel.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => {});

let model: RelationModel | undefined;
const reply = (message: FromChild): void => void process.send!(message, () => {});

async function open({ model: name, options }: ToChild & { type: "open" }): Promise<void> {
  try {
    model = await openModel(name, options);
    reply({ type: "opened", facts: factsOf(model) });
  } catch (error) {
    const message = error instanceof UserError ? error.message : ((error as Error).stack ?? String(error));
    reply({ type: "refused", message, exitCode: error instanceof UserError ? error.exitCode : undefined });
  }
}

async function answer(question: Exclude<ToChild, { type: "open" }>): Promise<void> {
  const { id } = question;
  try {
    const { type } = question;
    const asked = type === "predict" ? model!.predict(question.inputs) : model!.explain(question.input, question.pair);
    reply({ type: "answer", id, answer: await asked });
  } catch (error) {
    reply({ type: "failure", id, message: (error as Error).message, isOfData: error instanceof UserError });
  }
}

process.on("message", (message: ToChild) => void (message.type === "open" ? open(message) : answer(message)));
process.on("disconnect", () => void (model?.close() ?? Promise.resolve()).finally(() => process.exit(0)));
