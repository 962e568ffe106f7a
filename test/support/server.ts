// A server of the built program in this process, with a tiny model; each request is checked against /openapi.json.
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { afterAll } from "vitest";
import { z } from "zod";
import type * as Serve from "../../src/app/server/serve.ts";
import type * as Settings from "../../src/app/server/settings.ts";
import type { ServeConfig } from "../../src/app/server/settings.ts";
import { removeFolders } from "./tiny-models.ts";

// As Node loads the program, so that the process of a model is a file of its own.
const load = createRequire(import.meta.url);
export const { serve, namedModels } = load("../../dist/app/server/serve.js") as typeof Serve;
const { serveConfig } = load("../../dist/app/server/settings.js") as typeof Settings;

export const text = "Ada met Bob.";
export const entities = [
  { start: 0, end: 3, type: "PERSON" },
  { start: 8, end: 11, type: "PERSON" },
];
export const document = { text, entities };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

interface Operation {
  readonly requestBody?: { readonly content: Record<string, { readonly schema: unknown }> };
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema?: unknown }> }>;
}
type Paths = Record<string, Record<string, Operation>>;

const running = new Set<Serve.RunningServer>();
/** Stops the servers of a file and removes its models; files that share a process call it after their tests. */
export async function endServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.stop()));
  running.clear();
  removeFolders();
}
afterAll(endServers);

export class TestServer {
  readonly log: string[] = [];
  server!: Serve.RunningServer;
  paths!: Paths;

  static async start(
    models: readonly string[],
    config: Partial<ServeConfig> = {},
    isReady = true,
  ): Promise<TestServer> {
    const one = new TestServer();
    const all = serveConfig.parse({ port: 0, threads: 1, inProcess: true, ...config });
    one.server = await serve(namedModels(models), all, (line) => one.log.push(line));
    running.add(one.server);
    if (isReady) await one.server.ready;
    const description = (await (await fetch(`${one.server.url}/openapi.json`)).json()) as { paths: Paths };
    one.paths = description.paths;
    return one;
  }

  /** Sends a request; its answer must be one that /openapi.json describes. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const isRaw = typeof body === "string" || body instanceof Uint8Array;
    const response = await fetch(this.server.url + path, {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: (isRaw ? body : JSON.stringify(body)) as string }),
    });
    const content = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    const answer: unknown = isJson ? JSON.parse(content) : content;
    this.#check(method, path, response, answer);
    return { status: response.status, headers: response.headers, body: answer };
  }

  /** A `fetch` for clients: its requests and their answers must be those of /openapi.json. */
  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const { method = "GET", body, headers } = init;
    const path = new URL(input instanceof Request ? input.url : input).pathname;
    const [, operation] = this.#operation(method, path);
    assert.ok(operation, `/openapi.json has no ${method} ${path}`);
    const described = operation.requestBody?.content["application/json"];
    if (described) z.fromJSONSchema(described.schema as never).parse(JSON.parse(body as string));
    const answer = await this.send(method, path, body ?? undefined, headers as Record<string, string>);
    return new Response(JSON.stringify(answer.body), { status: answer.status, headers: answer.headers });
  };

  relations(request: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send("POST", "/v1/relations", request, headers);
  }

  #operation(method: string, path: string): [pattern: string | undefined, operation: Operation | undefined] {
    const pattern = Object.keys(this.paths).find((one) =>
      new RegExp(`^${one.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path.replace(/\?.*/, "")),
    );
    return [pattern, pattern === undefined ? undefined : this.paths[pattern]![method.toLowerCase()]];
  }

  #check(method: string, path: string, response: Response, answer: unknown): void {
    const [pattern, operation] = this.#operation(method, path);
    if (!operation) return assert.ok([403, 404, 405, 204].includes(response.status));
    const key = `${method} ${pattern}`;
    const described = operation.responses[response.status];
    assert.ok(
      described,
      `${key} answered ${response.status}, which /openapi.json does not have: ${JSON.stringify(answer)}`,
    );
    const { content } = described;
    if (!content) return assert.equal(answer, "");
    const media = response.headers.get("content-type")!.split(";")[0]!;
    assert.ok(media in content, `${key} answered ${media}`);
    const { schema } = content[media]!;
    if (schema !== undefined) z.fromJSONSchema(schema as never).parse(answer);
  }
}
