import { signal } from "@preact/signals";
import { forPage } from "./advice.ts";

/** An answer of the server that is no success, with its own sentence. */
export class ServerError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const key = "relata-token";
const kept = (): string => {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
};
let token = kept();
/** Whether the server asks for a token that the page does not have. */
export const needsToken = signal(false);

export function setToken(value: string): void {
  token = value;
  needsToken.value = false;
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // It lasts as long as the page then.
  }
}

/** Answers requests in the place of a server. */
export type Backend = (method: string, path: string, body: unknown, abort?: AbortSignal) => Promise<Response>;
let backend: Backend | undefined;
/** Whether the page has no server: the model runs in the browser. */
export const isStatic = signal(false);

export function setBackend(value: Backend): void {
  backend = value;
  isStatic.value = true;
}

export interface Sent {
  readonly body?: unknown;
  /** Bytes that are sent as they are. */
  readonly file?: Blob;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks the page's own server. @throws ServerError for all but a success */
export async function send(method: "GET" | "POST", path: string, sent: Sent = {}): Promise<Response> {
  const { body, file, signal: abort, headers = {} } = sent;
  const request = (init: RequestInit): Promise<Response> =>
    backend ? backend(method, path, body ?? file, abort) : fetch(path, init);
  const response = await request({
    method,
    headers: {
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(file === undefined ? {} : { "content-type": "application/octet-stream" }),
      ...headers,
    },
    ...(body === undefined && file === undefined ? {} : { body: file ?? JSON.stringify(body) }),
    ...(abort ? { signal: abort } : {}),
  });
  if (response.ok) return response;
  if (response.status === 401) needsToken.value = true;
  const text = await response.text();
  let message = text || `HTTP ${response.status}`;
  try {
    message = (JSON.parse(text) as { error?: string }).error ?? message;
  } catch {
    // The text itself is the message.
  }
  throw new ServerError(response.status, forPage(message));
}

export const get = async <T>(path: string, abort?: AbortSignal): Promise<T> =>
  (await send("GET", path, abort ? { signal: abort } : {})).json() as Promise<T>;

export const post = async <T>(path: string, body: unknown, abort?: AbortSignal): Promise<T> =>
  (await send("POST", path, { body, ...(abort ? { signal: abort } : {}) })).json() as Promise<T>;

/** The sentence of an error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";

/** Hands a file to the user. */
export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
