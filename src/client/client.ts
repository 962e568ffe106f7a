import type {
  ErrorResponse,
  ErrorType,
  ExplanationRequest,
  ExplanationResponse,
  RelationsRequest,
  RelationsResponse,
  ServerInfo,
} from "./schemas.ts";

export interface RelataClientOptions {
  /** The Bearer token, if the server wants one. */
  readonly token?: string | undefined;
  /** Seconds that the server may take for a request; its own limit if not given. */
  readonly timeout?: number | undefined;
  /** Further tries after 429, 503 and failed connections; 3 if not given. */
  readonly retries?: number | undefined;
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

/** An answer of the server that is no success. */
export class RelataServerError extends Error {
  override readonly name = "RelataServerError";
  readonly status: number;
  readonly type: ErrorType | undefined;
  readonly requestId: string | undefined;
  constructor(status: number, message: string, body?: Partial<ErrorResponse>) {
    super(message);
    this.status = status;
    this.type = body?.error_type;
    this.requestId = body?.request_id;
  }
}

const longestDelay = 60;

/**
 * Asks a server that `relata serve` started; runs in Node and browsers, with `fetch` alone. A request that the server
 * was too busy for (429) or could not do now (503) is sent again after the delay that it names.
 */
export class RelataClient {
  readonly #url: string;
  readonly #options: RelataClientOptions;

  /** @param url the server's address, for example `http://127.0.0.1:8080` */
  constructor(url: string, options: RelataClientOptions = {}) {
    this.#url = url.replace(/\/+$/, "");
    this.#options = options;
  }

  /** Labels the pairs, or the entities, of documents. @throws RelataServerError for all but a success */
  relations(request: RelationsRequest, options: { readonly signal?: AbortSignal } = {}): Promise<RelationsResponse> {
    return this.#send("POST", "/v1/relations", request, options.signal) as Promise<RelationsResponse>;
  }

  /** Explains the label of one pair by a score for each word of its text. @throws RelataServerError for all but a success */
  explain(request: ExplanationRequest, options: { readonly signal?: AbortSignal } = {}): Promise<ExplanationResponse> {
    return this.#send("POST", "/v1/explanations", request, options.signal) as Promise<ExplanationResponse>;
  }

  /** Describes the server: versions, models with their labels, limits. */
  info(options: { readonly signal?: AbortSignal } = {}): Promise<ServerInfo> {
    return this.#send("GET", "/info", undefined, options.signal) as Promise<ServerInfo>;
  }

  /** Opens a model's folder anew. The client's token must be the server's admin token. */
  reload(model: string): Promise<{ readonly name: string; readonly version: string }> {
    const path = `/v1/models/${encodeURIComponent(model)}/reload`;
    return this.#send("POST", path, {}) as Promise<{ name: string; version: string }>;
  }

  /** Whether every model is loaded and warm. */
  async isReady(): Promise<boolean> {
    const send = this.#options.fetch ?? fetch;
    const response = await send(`${this.#url}/v2/health/ready`).catch(() => undefined);
    await response?.body?.cancel();
    return response?.ok ?? false;
  }

  async #send(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
    const { retries = 3 } = this.#options;
    for (let attempt = 0; ; attempt++) {
      const response = await this.#try(method, path, body, signal).catch((error: unknown) => {
        if (signal?.aborted || attempt >= retries) throw error;
        return undefined;
      });
      if (response?.ok) return response.json();
      if (response) {
        const isTemporary = response.status === 429 || response.status === 503;
        if (!isTemporary || attempt >= retries) throw await errorOf(response);
        await response.body?.cancel();
      }
      await pause(delayOf(response, attempt) * 1000, signal);
    }
  }

  #try(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    const { token, timeout } = this.#options;
    const headers: Record<string, string> = {};
    if (body !== undefined) headers["content-type"] = "application/json";
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    if (timeout !== undefined) headers["x-timeout-ms"] = String(Math.ceil(timeout * 1000));
    const send = this.#options.fetch ?? fetch;
    return send(this.#url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  }
}

/** Seconds until the next try: those of Retry-After, or 0.5, 1, 2, … */
function delayOf(response: Response | undefined, attempt: number): number {
  const header = Number(response?.headers.get("retry-after") ?? Number.NaN);
  return Math.min(longestDelay, Number.isFinite(header) && header >= 0 ? header : 0.5 * 2 ** attempt);
}

async function errorOf(response: Response): Promise<RelataServerError> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as Partial<ErrorResponse>;
    return new RelataServerError(response.status, body.error ?? text, body);
  } catch {
    return new RelataServerError(response.status, text || `HTTP ${response.status}`);
  }
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
