import { UnavailableError } from "../../errors.ts";
import { PassingFailure } from "./hub-error.ts";

/** One request and its answer; the caller's signal ends it, or a server that falls silent. */
export class Exchange {
  readonly #host: string;
  readonly #timeoutMs: number;
  readonly #caller: AbortSignal;
  readonly #controller = new AbortController();
  readonly #abort = (): void => this.#controller.abort(this.#caller.reason);

  constructor(host: string, timeoutMs: number, caller: AbortSignal) {
    caller.throwIfAborted();
    this.#host = host;
    this.#timeoutMs = timeoutMs;
    this.#caller = caller;
    caller.addEventListener("abort", this.#abort);
  }

  /** Sends the request. Redirects are returned as answers: the caller decides which headers to send along. */
  request(url: URL, headers: Readonly<Record<string, string>>): Promise<Response> {
    return this.#inTime(() => fetch(url, { headers, redirect: "manual", signal: this.#controller.signal }));
  }

  /** Yields the body as it arrives. @throws PassingFailure if it breaks off */
  async *pieces(response: Response): AsyncGenerator<Uint8Array, void> {
    try {
      const reader = response.body?.getReader();
      for (;;) {
        // The timeout pauses while the reader is busy with a piece.
        const piece = await this.#inTime(async () => reader?.read());
        if (!piece || piece.done) return;
        yield piece.value as Uint8Array;
      }
    } finally {
      this.end();
    }
  }

  /** Closes the connection, unless all of the answer has been read. */
  end(): void {
    this.#caller.removeEventListener("abort", this.#abort);
    this.#controller.abort();
  }

  async #inTime<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.#controller;
    const silence = new PassingFailure(`${this.#host} has been silent for ${this.#timeoutMs / 1000} seconds`);
    const timer = setTimeout(() => this.#controller.abort(silence), this.#timeoutMs);
    try {
      return await work();
    } catch (error) {
      throw signal.aborted ? signal.reason : networkFailure(this.#host, error);
    } finally {
      clearTimeout(timer);
    }
  }
}

const unreachable = /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|ENETDOWN|UND_ERR_CONNECT_TIMEOUT)$/;
const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)/;

/** Explains a failed `fetch` by its cause, since its message says only that it failed. */
function networkFailure(host: string, error: unknown): Error {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
  const reason = code || (cause instanceof Error ? cause.message : String(error));
  if (unreachable.test(code)) return new PassingFailure(`${host} cannot be reached (${code})`, { unreachable: true });
  if (untrusted.test(code)) {
    return new UnavailableError(
      `The certificate of ${host} is not trusted (${code}). ` +
        "If a proxy of your organisation stands in between, name its certificate in NODE_EXTRA_CA_CERTS.",
    );
  }
  return new PassingFailure(`the connection to ${host} was cut (${reason})`);
}
