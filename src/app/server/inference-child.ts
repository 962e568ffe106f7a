// The process in which models run, apart from the server: a crash of the native runtime ends this one alone.
import { UserError, type RelationModel } from "../../index.ts";
import { answersAlone, factsOf } from "./engine.ts";
import type { FromChild, Question, ToChild } from "./inference-process.ts";
import { ModelHost } from "./model-host.ts";

if (!process.send) throw new Error("internal: this file is started by the server");

// Signals of the terminal are the server's affair, which ends this process by closing the channel.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => {});

let host: ModelHost | undefined;
const models = new Map<number, RelationModel>();
const reply = (message: FromChild): void => void process.send!(message, () => {});

async function open(id: number, folder: string): Promise<unknown> {
  const model = await host!.open(folder);
  models.set(id, model);
  return factsOf(model);
}

function answer(question: Question & { readonly id: number }): Promise<unknown> {
  if (question.type === "open") return open(question.id, question.folder);
  const model = models.get(question.model)!;
  return question.type === "predict"
    ? answersAlone(model, question.inputs)
    : model.explain(question.input, question.pair);
}

async function take(message: ToChild): Promise<void> {
  if (message.type === "start") {
    // The process does nothing else.
    host = new ModelHost(message.options, { onThisThread: true });
    return;
  }
  if (message.type === "close") {
    const model = models.get(message.model);
    models.delete(message.model);
    if (model) await host!.close(model);
    return;
  }
  const { id } = message;
  try {
    reply({ type: "answer", id, answer: await answer(message) });
  } catch (error) {
    const isOfUser = error instanceof UserError;
    const text =
      isOfUser || message.type !== "open" ? (error as Error).message : String((error as Error).stack ?? error);
    reply({ type: "failure", id, message: text, exitCode: isOfUser ? error.exitCode : undefined });
  }
}

process.on("message", (message: ToChild) => void take(message));
process.on("disconnect", () => void (host?.closeAll() ?? Promise.resolve()).finally(() => process.exit(0)));
