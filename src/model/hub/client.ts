import { UnavailableError } from "../../errors.ts";
import { versions } from "../../version.ts";
import { quote } from "../checkpoint-error.ts";
import { Backoff, parseRetryAfter, pause } from "./backoff.ts";
import { Exchange } from "./exchange.ts";
import { PassingFailure, refused, tryAgain } from "./hub-error.ts";
import type { ModelReference } from "./repo-id.ts";
import type { HubSettings } from "./settings.ts";

const maxRedirects = 5;
/** The limit of an answer; the list of a thousand files takes half a megabyte. */
const maxMetadataBytes = 2 ** 25;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The hash that the hub itself gives the file (`X-Linked-Etag`), before it redirects to a store. */
  readonly linkedEtag: string | undefined;
  /** The content, to be read once; leaving the loop closes the connection. */
  readonly body: AsyncGenerator<Uint8Array, void>;
  /** Leaves the body unread. */
  end(): void;
}

/**
 * Requests to one hub about one model. Follows redirects by hand, so that the token goes to the hub's own host only.
 */
export class HubClient {
  readonly settings: HubSettings;
  readonly model: ModelReference;
  readonly signal: AbortSignal;
  readonly #origin: string;

  constructor(settings: HubSettings, model: ModelReference, signal: AbortSignal) {
    this.settings = settings;
    this.model = model;
    this.signal = signal;
    this.#origin = new URL(settings.endpoint).origin;
  }

  /**
   * @returns the first answer that is no redirect: success, or 416 for a range that does not exist
   * @throws PassingFailure for what may pass, UserError for any other refusal.
   */
  async get(address: string, { headers = {}, hubOnly = false, signal = this.signal }: GetOptions = {}): Promise<Reply> {
    let url = new URL(address);
    let linkedEtag: string | undefined;
    for (let hops = 0; hops <= maxRedirects; hops++) {
      if (hubOnly) this.#requireHub(url);
      const isHub = url.origin === this.#origin;
      const exchange = new Exchange(url.host, this.settings.timeoutMs, signal);
      try {
        const response = await exchange.request(url, this.#headers(headers, isHub));
        if (isHub) linkedEtag ??= parseEtag(response.headers.get("x-linked-etag"));
        if (response.ok || (response.status === 416 && "range" in headers)) {
          const { status, headers } = response;
          return { status, headers, linkedEtag, body: exchange.pieces(response), end: () => exchange.end() };
        }
        url = this.#redirect(url, response) ?? this.#refuse(url, response, isHub);
      } catch (error) {
        exchange.end();
        throw error;
      }
      exchange.end();
    }
    throw new UnavailableError(`Pulling ${this.model.id}: ${address} was redirected more than ${maxRedirects} times.`);
  }

  /** A `fetch` for the hub's own answers: retried, JSON of limited size, and from no other host. */
  readonly fetch: typeof globalThis.fetch = async (input) => {
    const address = input instanceof Request ? input.url : String(input);
    const backoff = new Backoff(this.model, this.settings.retryDelayMs);
    for (;;) {
      try {
        return await this.#json(address);
      } catch (error) {
        const ms = backoff.pauseAfter(error);
        // Waiting is useless without any network; a download that has begun is more patient.
        if (error instanceof PassingFailure && error.unreachable) throw tryAgain(this.model, error);
        await pause(ms, this.signal);
      }
    }
  };

  async #json(address: string): Promise<Response> {
    const { status, headers, body } = await this.get(address, {
      headers: { accept: "application/json" },
      hubOnly: true,
    });
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of body) {
      pieces.push(piece);
      bytes += piece.byteLength;
      if (bytes > maxMetadataBytes) throw this.#noHub(address, `more than ${maxMetadataBytes} bytes`);
    }
    const text = Buffer.concat(pieces).toString("utf8");
    try {
      JSON.parse(text);
    } catch {
      throw this.#noHub(address, quote(text.slice(0, 80)));
    }
    return new Response(text, { status, headers: { link: headers.get("link") ?? "" } });
  }

  #headers(own: Readonly<Record<string, string>>, isHub: boolean): Record<string, string> {
    const { token } = this.settings;
    return {
      // The lengths and ranges of a compressed body are not those of the file.
      "accept-encoding": "identity",
      "user-agent": `relata/${versions.relata}`,
      ...own,
      ...(isHub && token !== undefined ? { authorization: `Bearer ${token}` } : {}),
    };
  }

  #redirect(from: URL, { status, headers }: Response): URL | undefined {
    const location = headers.get("location");
    if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
    const url = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
    if (url?.protocol === "https:" || (url?.protocol === "http:" && from.protocol === "http:")) return url;
    throw new UnavailableError(
      `Pulling ${this.model.id}: ${from.host} redirects to ${quote(url?.protocol ?? location)}, which is no https address.`,
    );
  }

  #refuse(url: URL, { status, headers }: Response, isHub: boolean): never {
    const retryAfterMs = parseRetryAfter(headers.get("retry-after"), Date.now());
    const isPassing = status === 408 || status === 429 || status >= 500;
    // Addresses of a store are signed for a short time: the hub gives a new one.
    if (isPassing || !isHub) throw new PassingFailure(`${url.host} answered ${status}`, { retryAfterMs });
    const refusal = {
      status,
      code: headers.get("x-error-code"),
      message: headers.get("x-error-message"),
      url: `${url.origin}${url.pathname}`,
    };
    throw refused(this.model, this.settings.endpoint, this.settings.token !== undefined, refusal);
  }

  /** Refuses another host, since the server that gives the hashes of files decides what is loaded. */
  #requireHub(url: URL): void {
    if (url.origin === this.#origin) return;
    throw new UnavailableError(
      `Pulling ${this.model.id}: the hub ${this.settings.endpoint} sends the question for its files to ${url.origin}, ` +
        "which is not believed. Set HF_ENDPOINT to the hub that is meant.",
    );
  }

  #noHub(address: string, found: string): UnavailableError {
    return new UnavailableError(
      `Pulling ${this.model.id}: expected the JSON of a hub from ${address.split("?")[0]}, found ${found}. ` +
        "Check HF_ENDPOINT, and that no login page of the network stands in between.",
    );
  }
}

interface GetOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether redirects to another host are refused. */
  readonly hubOnly?: boolean;
  readonly signal?: AbortSignal;
}

const parseEtag = (value: string | null): string | undefined =>
  /^(?:W\/)?"?([^"]*)"?$/.exec(value ?? "")?.[1] || undefined;
