import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { livePage, liveSections, type LiveRun } from "../../report/live-page.ts";
import { UnavailableError } from "../../index.ts";

/** Milliseconds between two looks at the run: pages are sent what has changed since. */
const interval = 1000;

/** Milliseconds that pages have, after the end of the run, to fetch its report. */
const grace = 3000;

/**
 * Serves the page of a run to browsers on this machine while the run goes on. It reads the state of the run from time to
 * time and never makes the run wait: a page that is slow to read misses states.
 */
export class LiveReport {
  readonly #server: Server;
  readonly #state: () => LiveRun;
  readonly #pages = new Set<ServerResponse>();
  readonly #timer: NodeJS.Timeout;
  #sent = "";
  #final: string | undefined;
  #awaited = 0;
  #onFetched = (): void => {};

  private constructor(state: () => LiveRun) {
    this.#state = state;
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#timer = setInterval(() => this.#send(), interval);
    this.#timer.unref();
  }

  /**
   * Opens the page on a free port of 127.0.0.1.
   * @param state the state of the run, whenever it is asked for
   * @throws UnavailableError if no port can be opened
   */
  static async open(state: () => LiveRun): Promise<LiveReport> {
    const live = new LiveReport(state);
    await new Promise<void>((resolve, reject) => {
      live.#server.once("error", (error) =>
        reject(new UnavailableError(`Cannot serve the report of the run on 127.0.0.1: ${error.message}.`)),
      );
      live.#server.listen(0, "127.0.0.1", resolve);
    });
    return live;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Ends with the run: open pages become its report, if there is one, and the port is closed. */
  async end(report: string | undefined): Promise<void> {
    clearInterval(this.#timer);
    this.#send();
    this.#final = report;
    this.#awaited = report === undefined ? 0 : this.#pages.size;
    for (const page of this.#pages) page.end(report === undefined ? undefined : "event: end\ndata:\n\n");
    if (this.#awaited > 0) {
      let late: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#onFetched = resolve;
        late = setTimeout(resolve, grace);
      });
      clearTimeout(late);
    }
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    // A page of another origin that resolves its own name to this address has another host.
    if (!/^(?:127\.0\.0\.1|localhost):\d+$/.test(request.headers.host ?? "")) return refuse(response, 403);
    if (request.method !== "GET") return refuse(response, 405);
    if (request.url === "/events" && this.#final === undefined) return this.#follow(response);
    if (request.url !== "/") return refuse(response, 404);
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(this.#final ?? livePage(this.#state()), () => {
      if (this.#final !== undefined && --this.#awaited === 0) this.#onFetched();
    });
  }

  #follow(response: ServerResponse): void {
    response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
    response.write(`data: ${JSON.stringify(liveSections(this.#state()))}\n\n`);
    this.#pages.add(response);
    response.once("close", () => this.#pages.delete(response));
  }

  #send(): void {
    if (this.#pages.size === 0) return;
    const now = JSON.stringify(liveSections(this.#state()));
    if (now === this.#sent) return;
    this.#sent = now;
    for (const page of this.#pages) if (!page.writableNeedDrain) page.write(`data: ${now}\n\n`);
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
