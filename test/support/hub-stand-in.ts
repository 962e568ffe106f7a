// A hub on the loopback: as much of the Hugging Face Hub's HTTP as pulling a model takes, with faults on demand. Large
// files lie in a store of its own host (localhost instead of 127.0.0.1, another port), as they do at the real one.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface TreeEntry {
  readonly type: string;
  readonly path: string;
  readonly size: number;
  readonly oid: string;
  readonly lfs?: { readonly oid: string; readonly size: number; readonly pointerSize: number };
}

export interface SeenRequest {
  readonly at: "hub" | "store";
  readonly method: string;
  readonly path: string;
  /** The last part of a file's address. */
  readonly file: string | undefined;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
  /** Ends the connection after so many bytes of the body. */
  cutAfter?: number;
  /** Never sends anything. */
  silent?: boolean;
  /** Between pieces of 64 KiB. */
  pauseMs?: number;
}

/** Changes an answer before it is sent. */
export type Fault = (answer: Answer) => void;

export const cut =
  (bytes: number): Fault =>
  (answer) => {
    answer.cutAfter = bytes;
  };

export const status =
  (code: number, headers: Record<string, string> = {}): Fault =>
  (answer) => {
    Object.assign(answer, { status: code, headers, body: Buffer.from("") });
  };

export const body =
  (content: string | Uint8Array, headers: Record<string, string> = {}): Fault =>
  (answer) => {
    Object.assign(answer, { status: 200, headers, body: Buffer.from(content) });
  };

const pieceBytes = 2 ** 16;
/** Larger files are LFS. */
const lfsBytes = 2 ** 10;

const hex = (algorithm: string, ...parts: (string | Uint8Array)[]): string => {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

/** The digest by which hub and cache know a file. */
export const digestOf = (content: Uint8Array): string =>
  content.byteLength > lfsBytes ? hex("sha256", content) : hex("sha1", `blob ${content.byteLength}\0`, content);

export class HubStandIn {
  readonly id = "studio/tiny-luke";
  /** Other names under which the same files are found. */
  readonly otherIds = new Set<string>();
  commit: string = hex("sha1", "first commit");
  readonly files = new Map<string, Buffer>();
  /** Needed to read the model at all. */
  token: string | undefined;
  /** How many entries of the tree come in one page. */
  pageSize = 100;
  /** By the last part of a file's address, or "revision" or "tree": one for each coming answer of the hub or the store. */
  readonly hubFaults = new Map<string, Fault[]>();
  readonly storeFaults = new Map<string, Fault[]>();
  changeTree: (entries: TreeEntry[]) => TreeEntry[] = (entries) => entries;
  readonly seen: SeenRequest[] = [];
  /** Of file contents, by file name. */
  readonly bytesSent = new Map<string, number>();
  readonly #hub: Server = createServer((request, response) => void this.#answer("hub", request, response));
  readonly #store: Server = createServer((request, response) => void this.#answer("store", request, response));

  /** Addresses, also after it was closed. */
  endpoint: string = "";
  storeUrl: string = "";

  static async start(files: Readonly<Record<string, string | Uint8Array>>): Promise<HubStandIn> {
    const standIn = new HubStandIn();
    for (const [name, content] of Object.entries(files)) standIn.files.set(name, Buffer.from(content));
    for (const server of [standIn.#hub, standIn.#store]) {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    }
    standIn.endpoint = `http://127.0.0.1:${(standIn.#hub.address() as AddressInfo).port}`;
    standIn.storeUrl = `http://localhost:${(standIn.#store.address() as AddressInfo).port}`;
    return standIn;
  }

  /** Requests for contents, by file name. */
  downloads(file: string): SeenRequest[] {
    return this.seen.filter((request) => request.file === file && request.method === "GET");
  }

  async close(): Promise<void> {
    for (const server of [this.#hub, this.#store]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  async #answer(at: "hub" | "store", request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, "http://any");
    const path = decodeURIComponent(url.pathname);
    const isFile = at === "store" || path.includes("/resolve/");
    const file = isFile ? path.split("/").at(-1)! : undefined;
    const { authorization, range, "if-range": ifRange } = request.headers;
    const method = request.method!;
    this.seen.push({ at, method, path, file, authorization, range, ifRange: ifRange as string | undefined });
    const answer = at === "hub" ? this.#hubAnswer(url, path, authorization) : this.#storeAnswer(path);
    if (answer.status === 200 && file !== undefined) applyRange(answer, range, ifRange as string | undefined);
    const key = file ?? (path.includes("/tree/") ? "tree" : "revision");
    (at === "hub" ? this.hubFaults : this.storeFaults).get(key)?.shift()?.(answer);
    await this.#send(answer, method, response, file);
  }

  #hubAnswer(url: URL, path: string, authorization: string | undefined): Answer {
    const found = /^(?:\/api\/models)?\/([^/]+\/[^/]+)\/(revision|tree|resolve)\/([^/]+)(?:\/(.+))?$/.exec(path);
    const [, id, kind, revision, name] = found ?? [];
    const isAllowed = this.token === undefined || authorization === `Bearer ${this.token}`;
    if (!(id === this.id || this.otherIds.has(id ?? "")) || !isAllowed) {
      const code = authorization === undefined ? 401 : 404;
      return refusal(code, "RepoNotFound", "Repository not found");
    }
    if (revision !== "main" && revision !== this.commit) {
      return refusal(404, "RevisionNotFound", `Invalid rev id: ${revision}`);
    }
    if (kind === "revision") return this.#revision();
    if (kind === "tree") return this.#tree(url);
    const content = this.files.get(name!);
    return content ? this.#file(name!, content) : refusal(404, "EntryNotFound", "Entry not found");
  }

  #revision(): Answer {
    const siblings = [...this.files.keys()].map((rfilename) => ({ rfilename }));
    const lastModified = "2026-01-01T00:00:00.000Z";
    return json({ _id: "1", id: this.id, sha: this.commit, private: false, gated: false, lastModified, siblings });
  }

  #tree(url: URL): Answer {
    const entries = [...this.files].map(([path, content]): TreeEntry => {
      const size = content.byteLength;
      if (size <= lfsBytes) return { type: "file", path, size, oid: digestOf(content) };
      const lfs = { oid: digestOf(content), size, pointerSize: 134 };
      return { type: "file", path, size, oid: hex("sha1", "pointer of ", lfs.oid), lfs };
    });
    const start = Number(url.searchParams.get("cursor") ?? 0);
    const all = this.changeTree(entries);
    const answer = json(all.slice(start, start + this.pageSize));
    url.searchParams.set("cursor", String(start + this.pageSize));
    if (start + this.pageSize < all.length) {
      answer.headers["link"] = `<${this.endpoint}${url.pathname}${url.search}>; rel="next"`;
    }
    return answer;
  }

  #file(name: string, content: Buffer): Answer {
    const digest = digestOf(content);
    const headers = { "x-repo-commit": this.commit, "accept-ranges": "bytes" };
    if (content.byteLength <= lfsBytes)
      return { status: 200, headers: { ...headers, etag: `"${digest}"` }, body: content };
    const linked = { "x-linked-etag": `"${digest}"`, "x-linked-size": String(content.byteLength) };
    const location = `${this.storeUrl}/${digest.slice(0, 2)}/${encodeURIComponent(name)}?signature=1`;
    return { status: 302, headers: { ...headers, ...linked, location }, body: Buffer.from("Found. Redirecting") };
  }

  #storeAnswer(path: string): Answer {
    const content = this.files.get(path.split("/").at(-1)!);
    if (!content) return { status: 403, headers: {}, body: Buffer.from("AccessDenied") };
    const etag = `"${hex("md5", content)}"`; // as S3 does: not the digest that the hub tells
    return { status: 200, headers: { etag, "content-type": "application/octet-stream" }, body: content };
  }

  async #send(answer: Answer, method: string, response: ServerResponse, file: string | undefined): Promise<void> {
    if (answer.silent) return;
    const { status, headers, body, cutAfter = body.byteLength, pauseMs } = answer;
    const length = "transfer-encoding" in headers ? {} : { "content-length": body.byteLength };
    response.writeHead(status, { ...length, ...headers });
    response.flushHeaders();
    if (method === "HEAD") {
      response.end();
      return;
    }
    const isContent = file !== undefined && status < 300;
    for (let start = 0; start < cutAfter && !response.destroyed; start += pieceBytes) {
      const piece = body.subarray(start, Math.min(cutAfter, start + pieceBytes));
      await new Promise((resolve) => response.write(piece, resolve));
      if (isContent) this.bytesSent.set(file, (this.bytesSent.get(file) ?? 0) + piece.byteLength);
      if (pauseMs !== undefined) await sleep(pauseMs);
    }
    if (cutAfter >= body.byteLength) response.end();
    else {
      await sleep(30); // what was sent before the cut arrives
      response.destroy();
    }
  }
}

function applyRange(answer: Answer, range: string | undefined, ifRange: string | undefined): void {
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? Number.NaN);
  if (Number.isNaN(start) || (ifRange !== undefined && ifRange !== answer.headers["etag"])) return;
  const total = answer.body.byteLength;
  const inside = start < total;
  answer.headers["content-range"] = inside ? `bytes ${start}-${total - 1}/${total}` : `bytes */${total}`;
  answer.status = inside ? 206 : 416;
  answer.body = inside ? answer.body.subarray(start) : Buffer.from("");
}

const json = (value: unknown): Answer => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: Buffer.from(JSON.stringify(value)),
});

const refusal = (code: number, name: string, message: string): Answer => ({
  status: code,
  headers: { "x-error-code": name, "x-error-message": message, "content-type": "application/json" },
  body: Buffer.from(JSON.stringify({ error: message })),
});
