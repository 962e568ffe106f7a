// Every status that /openapi.json has for a route is produced by a request, and each answer is the one that is described there.
import { EventEmitter } from "node:events";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import type * as OpenApi from "../../src/app/server/openapi.ts";
import type * as Routes from "../../src/app/server/routes.ts";
import type * as Training from "../../src/app/server/annotate/training.ts";
import type { Serving } from "../../src/app/server/route.ts";
import { acts, bodies, bodyOf, entities, text } from "../support/route-bodies.ts";
import { closeAll, silentTool, StandIn, type Answer, type Sent } from "../support/stand-in-server.ts";

const load = createRequire(import.meta.url);
const { routes } = load("../../dist/app/server/routes.js") as typeof Routes;
const { openApi } = load("../../dist/app/server/openapi.js") as typeof OpenApi;
const { Training: TrainingRun } = load("../../dist/app/server/annotate/training.js") as typeof Training;

interface Response {
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>;
}
const { paths } = openApi(routes) as {
  paths: Record<string, Record<string, { readonly responses: Record<string, Response> }>>;
};
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { responses }]) => ({ method: method.toUpperCase(), path, responses })),
);

const folder = mkdtempSync(join(tmpdir(), "relata-statuses-"));
const servers = {} as Record<
  "open" | "plain" | "guarded" | "several" | "loading" | "slow" | "full" | "idle" | "broken",
  StandIn
>;
/** The process of a run of `open`, as far as the server sees it. */
const child = Object.assign(new EventEmitter(), {
  connected: true,
  send: () => true,
  disconnect: () => child.emit("exit", 0),
});
const runsEnd = (): boolean => child.emit("message", { type: "done" });

beforeAll(async () => {
  const documents = join(folder, "documents.jsonl");
  const lines = [1, 2, 3, 4, 5, 6].map((id) =>
    JSON.stringify({ id: `${id}`, text: `${text} ${id}`, entities, relations: [] }),
  );
  writeFileSync(documents, `${lines.join("\n")}\n`);
  const place = (name: string): object => ({
    annotate: documents,
    annotations: join(folder, name, "a"),
    trained: join(folder, name, "t"),
  });
  const settings = {
    maxBody: 60_000,
    maxGuestBody: 60_000,
    adminToken: "admin",
    trainConfig: join(folder, "missing.json"),
  };
  const token = { labelStudioToken: "x".repeat(40) };
  const withProcess = ({ annotating, config, log }: Serving): Partial<Serving> => ({
    annotating: {
      ...annotating!,
      training: new TrainingRun(annotating!.project, config, log, () => child as unknown as ChildProcess),
    },
  });
  servers.open = await StandIn.start(
    ["mine"],
    { ...settings, ...place("open"), ...token, labelStudioUrl: await silentTool() },
    true,
    withProcess,
  );
  servers.plain = await StandIn.start(["mine"], { ...settings, trained: join(folder, "plain") });
  servers.guarded = await StandIn.start(["mine"], { token: "secret", adminToken: "admin" });
  servers.several = await StandIn.start(["mine", "other"]);
  servers.loading = await StandIn.start(["mine"], {}, false);
  servers.slow = await StandIn.start(["mine"]);
  servers.full = await StandIn.start(["mine"], { maxQueue: 1000 });
  // A training that has failed already, for want of a tool that answers, and no document that is finished.
  servers.idle = await StandIn.start(["mine"], {
    ...settings,
    ...place("idle"),
    ...token,
    labelStudioUrl: "http://127.0.0.1:1",
  });
  servers.broken = await StandIn.start(["mine"], { adminToken: "admin" });
  servers.broken.serving.metrics.request = () => {
    throw new Error("a bug");
  };
  await prepare();
});
afterAll(async () => {
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});

async function prepare(): Promise<void> {
  const { open, idle, slow, full } = servers;
  for (const one of [open, idle])
    expect((await post(one, "/label-studio/webhook", { action: "START_TRAINING", project: { id: 3 } })).status).toBe(
      200,
    );
  await vi.waitUntil(() => idle.log.some((line) => line.includes("mine-1 failed")), { timeout: 60_000 });
  for (const number of [0, 1, 2, 3, 4]) await post(open, `/annotate/documents/${number}/acts`, acts);
  // The queue of `full` has no room beside the text that is being computed.
  for (const one of [slow, full]) {
    one.behaviour.answering = new Promise(() => {});
    fill(one, 1000);
    await vi.waitUntil(() => one.serving.models.get("mine")!.queue.size === 0);
  }
}
function fill(one: StandIn, cost: number): void {
  const { signal } = new AbortController();
  const model = one.serving.models.get("mine")!;
  model.predict([{ input: { text, entities: [] }, cost }], { signal, isWanted: () => true }).catch(() => {});
}
const post = (one: StandIn, path: string, body: unknown, headers = {}): Promise<Answer> =>
  one.send({ method: "POST", path, body, headers });

/** A request to `open`, or to another server. */
type Asked = Sent & { readonly server?: keyof typeof servers };
type Case = (sent: Asked) => Promise<Answer>;
const to =
  (name: keyof typeof servers, change: (sent: Sent) => Partial<Sent> = () => ({})): Case =>
  (sent) =>
    servers[sent.server ?? name].send({ ...sent, ...change(sent) });
const admin = { authorization: "Bearer admin" };
const success = to("open");

/** How each status is produced, on any path. */
const byStatus: Readonly<Record<number, Case>> = {
  200: success,
  204: success,
  400: to("open", () => ({ body: "{" })),
  401: to("guarded", () => ({ headers: {} })),
  403: to("open", () => ({ headers: { host: "evil.example" } })),
  404: to("plain", ({ path }) => ({ path: path.replace(/\/mine(?=\/|$)/, "/none") })),
  413: to("open", () => ({
    body: undefined,
    isHeld: true,
    headers: { "content-type": "application/json", "content-length": "9999999" },
  })),
  415: to("open", () => ({ headers: { "content-type": "text/plain" } })),
  422: to("open", () => ({ body: [] })),
  429: to("full"),
  500: to("broken"),
  503: to("loading", ({ path }) => ({ path: path.replace("/versions/1", "/versions/0") })),
  504: to("slow", () => ({ headers: { "x-timeout-ms": "20" } })),
};

const nameless = ({ body }: Sent): Partial<Sent> => ({ body: { ...(body as object), model: "none" } });
const anotherProject = to("open", ({ path }) => ({
  body: path.endsWith("train") ? { project: 4 } : { action: "START_TRAINING", project: { id: 4 } },
}));
const several = to("several");
/** Runs a request while the model does not open, or opens for ever. */
const whileOpening =
  (opening: Promise<unknown>, work: Case): Case =>
  async (sent) => {
    servers.open.behaviour.opening = opening;
    try {
      return await work(sent);
    } finally {
      servers.open.behaviour.opening = Promise.resolve();
    }
  };
const failing = Promise.reject(new Error("the folder is not there"));
failing.catch(() => {});
const trained =
  (work: Case): Case =>
  async (sent) => {
    await post(servers.open, "/annotate/training", bodies["/annotate/training"]);
    runsEnd();
    return work(sent);
  };

/** How a status is produced on a path where it means something of its own. */
const byPath: Readonly<Record<string, Case>> = {
  "404 /v1/relations": to("plain", nameless),
  "404 /v1/explanations": to("plain", nameless),
  "409 /v1/models/mine/reload": async (sent) => {
    let opens = (): void => {};
    const first = whileOpening(new Promise<void>((resolve) => (opens = resolve)), success)(sent);
    const second = await servers.open.send(sent);
    opens();
    await first;
    return second;
  },
  "503 /v1/models/mine/reload": whileOpening(failing, success),
  "409 /label-studio/webhook": anotherProject,
  "409 /label-studio/train": anotherProject,
  "409 /label-studio/mine/webhook": anotherProject,
  "409 /label-studio/mine/train": anotherProject,
  "410 /label-studio/job_status": to("open", () => ({ body: { job: "none" } })),
  "410 /label-studio/mine/job_status": to("open", () => ({ body: { job: "none" } })),
  "422 /label-studio": several,
  "422 /label-studio/health": several,
  "422 /label-studio/versions": several,
  "422 /label-studio/validate": several,
  "422 /label-studio/duplicate_model": several,
  "422 /label-studio/delete": several,
  "204 /inception/mine/train": async (sent) => {
    const answer = await servers.plain.send(sent);
    await vi.waitUntil(() => servers.plain.log.some((line) => line.includes("mine-1 failed")), { timeout: 60_000 });
    return answer;
  },
  ...Object.fromEntries(
    [400, 413, 415, 422].map((status) => [
      `${status} /inception/mine/train`,
      // A model that is being trained does not look at the body.
      (sent: Sent) => byStatus[status]!({ ...sent, server: "plain" }),
    ]),
  ),
  "409 /inception/mine/train": to("idle"),
  "429 /inception/mine/train": success,
  "422 /v2/models/mine/infer": to("open", () => ({
    body: { inputs: [{ name: "text", datatype: "BYTES", shape: [1], data: [text] }] },
  })),
  "422 /v2/models/mine/versions/1/infer": to("open", () => ({
    body: { inputs: [{ name: "text", datatype: "BYTES", shape: [1], data: [text] }] },
  })),
  "400 /page/read": ({ path }) => cutOff(path),
  "422 /page/read": to("open", () => ({ body: '{"colour": "red"}\n' })),
  "503 /annotate/documents/0/acts": async (sent) => {
    // As a disk that fails: the file of the acts takes no more of them.
    await servers.idle.serving.annotating!.project.close();
    return to("idle", () => ({ body: { ...acts, acts: [{ kind: "set-status", status: "open" }] } }))(sent);
  },
  "200 /annotate/training": async (sent) => {
    const answer = await servers.open.send(sent);
    runsEnd();
    return answer;
  },
  "409 /annotate/training": async (sent) => {
    await servers.open.send(sent);
    const second = await servers.open.send(sent);
    runsEnd();
    return second;
  },
  "200 /annotate/training/use": trained(success),
  "409 /annotate/training/use": to("idle"),
  "503 /annotate/training/use": trained(whileOpening(failing, success)),
  "404 /annotate/finished/relata": to("idle"),
  "422 /annotate/finished/relata": to("open", () => ({ path: "/annotate/finished/none" })),
};

/** Sends a body that ends before its announced length. */
function cutOff(path: string): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect(servers.open.port, "127.0.0.1", () =>
      socket.end(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{`),
    );
    let all = "";
    socket.setEncoding("utf8").on("data", (part: string) => (all += part));
    socket.on("close", () => {
      const [head, content] = all.split("\r\n\r\n");
      resolve({ status: Number(head!.split(" ")[1]), headers: { "content-type": "application/json" }, text: content! });
    });
  });
}

test.each(operations)("$method $path", async ({ method, path, responses }) => {
  const concrete = path
    .replace("{name}", "mine")
    .replace("{version}", "1")
    .replace("{number}", "0")
    .replace("{format}", "relata");
  const sent: Sent = { method, path: concrete, body: method === "POST" ? bodyOf(concrete) : undefined, headers: admin };
  for (const [status, { content }] of Object.entries(responses)) {
    const produce = byPath[`${status} ${concrete}`] ?? byStatus[Number(status)];
    expect(produce, `no request is known that is answered ${status}`).toBeDefined();
    const answer = await produce!({ ...sent });
    expect([answer.status, answer.text.slice(0, 300)]).toEqual([Number(status), expect.anything()]);
    if (!content) expect(answer.text).toBe("");
    for (const [media, { schema }] of Object.entries(content ?? {})) {
      expect(String(answer.headers["content-type"]).split(";")[0]).toBe(media);
      if (schema === undefined) continue;
      const body: unknown = JSON.parse(answer.text);
      z.fromJSONSchema(schema as never).parse(body);
      if (
        typeof body === "object" &&
        body !== null &&
        "request_id" in body &&
        answer.headers["x-request-id"] !== undefined
      )
        expect(answer.headers["x-request-id"]).toBe(body.request_id);
    }
  }
});

test("nothing but the server that is broken had a bug", () => {
  const { broken, ...others } = servers;
  expect(Object.values(others).flatMap(({ bugs }) => bugs)).toEqual([]);
  expect(broken.bugs.map(String)).toEqual(operations.map(() => "Error: a bug"));
});
