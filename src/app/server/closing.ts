import { once } from "node:events";
import type { Server as HttpServer, ServerResponse } from "node:http";
import { Server } from "node:net";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";

/** Milliseconds for which a connection without a request may still bring one: its client does not know of the end. */
const grace = 1000;
/** Milliseconds between two looks at the connections, and for the answers that are given up to reach their clients. */
const step = 50;
const lastAnswers = 400;

/** Counts the answers of an HTTP server. */
export class Answers {
  /** Requests whose answer was handed over in full, since the start. */
  given = 0;
  readonly #open = new Set<ServerResponse>();

  /** Requests that wait for the end of their answer. */
  get open(): number {
    return this.#open.size;
  }

  follow(response: ServerResponse): void {
    this.#open.add(response);
    response.once("finish", () => this.given++);
    response.once("close", () => this.#open.delete(response));
  }
}

/**
 * Ends an HTTP server so that no request which it has read is lost. It accepts the connections that wait already, then
 * listens no more. Connections are closed once they are idle, none within the grace, because closing a connection
 * resets the request that is under way to it.
 * @param giveUp called when the time for the answers is over; begins to answer, with a failure, what is not answered yet
 * @returns the requests that got no answer
 */
export async function closeGently(
  server: HttpServer,
  answers: Answers,
  milliseconds: number,
  giveUp: () => void,
): Promise<number> {
  const end = performance.now() + milliseconds;
  const closed = once(server, "close");
  const isClosedWithin = (wait: number): Promise<boolean> =>
    Promise.race([closed.then(() => true), pause(wait, false, { ref: false })]);
  // The system resets connections that it holds for a listener that closes: one turn of the loop accepts them all.
  await nextTurn();
  await nextTurn();
  // Node's HTTP server would close its idle connections at once.
  Server.prototype.close.call(server);
  let isClosed = await isClosedWithin(Math.min(grace, milliseconds));
  while (!isClosed && performance.now() < end) {
    // After the turn in which the sockets were read: what arrived meanwhile is no longer idle.
    await nextTurn();
    server.closeIdleConnections();
    isClosed = await isClosedWithin(step);
  }
  if (isClosed) return 0;
  giveUp();
  for (const last = performance.now() + lastAnswers; answers.open > 0 && performance.now() < last;) await pause(step);
  const lost = answers.open;
  server.closeAllConnections();
  await closed;
  return lost;
}
