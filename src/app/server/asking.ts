import { UserError, type ExplainedPair, type Explanation } from "../../index.ts";
import type { Answered, Asker, Times } from "./batch-queue.ts";
import { Fault, retryLater } from "./fault.ts";
import type { Costed } from "./relations.ts";
import type { Ctx, Serving } from "./route.ts";
import type { Served } from "./served-model.ts";
import type { EngineFacts } from "./engine.ts";

/** @throws Fault 404; 400 if no name is given and there are several */
export function modelNamed({ models }: Serving, name: string | undefined): Served {
  if (name === undefined) {
    if (models.size === 1) return [...models.values()][0]!;
    throw new Fault(
      422,
      `model is missing: the server has several, ${[...models.keys()].join(", ")}. Send the name of one of them.`,
    );
  }
  const model = models.get(name);
  if (model) return model;
  throw new Fault(
    404,
    `The server has no model named ${JSON.stringify(name)}. It has ${[...models.keys()].join(", ")}: send one of these names.`,
  );
}

/**
 * Refuses a request before its body is read, which costs more than the answer, if no model has room for it.
 * @throws Fault 429
 */
export function requireRoom(c: Ctx, { models }: Serving): void {
  const bytes = bytesOf(c);
  const all = [...models.values()];
  if (all.every(({ queue }) => queue.isFullFor(bytes))) all[0]?.queue.requireRoom(bytes);
}

/** The announced length of the body of a request. */
export function bytesOf(c: Ctx): number | undefined {
  const { "content-length": length } = c.env.incoming.headers;
  return length === undefined ? undefined : Number(length);
}

/** The facts of a model that was opened at least once. @throws Fault 503 */
export function factsOf(model: Served): EngineFacts {
  if (model.facts) return model.facts;
  throw retryLater(503, `The model ${model.name} is being loaded.`, 1);
}

/** Seconds that a request may take: those of its header, at most those of the server. @throws Fault 400 */
export function secondsOf(header: string | undefined, most: number): number {
  if (header === undefined) return most;
  if (!/^\d{1,9}$/.test(header) || Number(header) === 0)
    throw new Fault(
      400,
      `x-timeout-ms: expected milliseconds, a whole number above 0, found ${JSON.stringify(header.slice(0, 40))}. Send 5000 for five seconds, or leave it out.`,
    );
  return Math.min(most, Number(header) / 1000);
}

/**
 * Asks a model, until the deadline and as long as the client is there; then the texts leave the queue. The times of the
 * phases become headers of the response.
 * @param most the most seconds that the request may take
 * @throws Fault 504 at the deadline
 */
export async function ask(
  c: Ctx,
  serving: Serving,
  model: Served,
  inputs: readonly Costed[],
  most: number = serving.config.deadline,
): Promise<Answered[]> {
  const answers = await untilLate(c, most, (asker) => model.predict(inputs, asker));
  sendTimes(c, serving, model, answers);
  return answers;
}

/** Explains the label of a pair, as `ask` asks for labels. @throws Fault 504 at the deadline, 422 if it cannot be explained */
export async function askWhy(
  c: Ctx,
  serving: Serving,
  model: Served,
  input: Costed,
  pair: ExplainedPair,
): Promise<Explanation> {
  try {
    const answer = await untilLate(c, serving.config.deadline, (asker) => model.explain(input, pair, asker));
    sendTimes(c, serving, model, [answer]);
    return answer.explanation;
  } catch (error) {
    if (error instanceof UserError) throw new Fault(422, error.message);
    throw error;
  }
}

/** Waits for an answer until the deadline, as long as the client is there. @throws Fault 504 at the deadline */
async function untilLate<Answer>(c: Ctx, most: number, answer: (asker: Asker) => Promise<Answer>): Promise<Answer> {
  const leaving = new AbortController();
  const seconds = secondsOf(c.req.header("x-timeout-ms"), most);
  const end = c.get("start") + seconds * 1000;
  const late = (): void =>
    leaving.abort(
      new Fault(
        504,
        `No answer within ${seconds} s, so the texts were taken out of the queue. Send fewer of them, or allow more time: x-timeout-ms of the request, --deadline of the server.`,
      ),
    );
  const timer = setTimeout(late, Math.max(0, end - performance.now()));
  const { outgoing } = c.env;
  const gone = (): void => leaving.abort(new Fault(503, "The client is gone."));
  outgoing.once("close", gone);
  if (outgoing.destroyed) gone();
  try {
    return await answer({
      signal: leaving.signal,
      isWanted: () => performance.now() < end && !outgoing.destroyed,
      bytes: bytesOf(c),
    });
  } finally {
    clearTimeout(timer);
    outgoing.off("close", gone);
  }
}

/** Writes the longest times of the phases into the headers of the response. */
function sendTimes(c: Ctx, { metrics }: Serving, { name }: Served, answers: readonly Times[]): void {
  for (const { queued } of answers) metrics.queued(name, queued);
  c.header("x-queue-time", Math.max(...answers.map(({ queued }) => queued)).toFixed(1));
  c.header("x-inference-time", Math.max(...answers.map(({ inference }) => inference)).toFixed(1));
}
