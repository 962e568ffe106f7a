// A model in a process of its own: overload, deadlines, clients that leave, a crash, reloads and the end.
import { spawn } from "node:child_process";
import { renameSync } from "node:fs";
import { Agent, request as ask } from "node:http";
import { createRequire } from "node:module";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as App from "../../src/app/server/app.ts";
import type * as Library from "../../src/index.ts";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { childrenOf } from "../support/children.ts";
import { relata } from "../support/run-cli.ts";
import { document, endServers, TestServer, text } from "../support/server.ts";
import { modelFolder } from "../support/tiny-models.ts";

const load = createRequire(import.meta.url);
const { RelataClient, RelataServerError } = load("relata") as typeof Library;
const { makeApp } = load("../../dist/app/server/app.js") as typeof App;
const binary = fileURLToPath(new URL("../../bin/relata.js", import.meta.url));
const admin = { authorization: "Bearer admin" };
const request = { documents: [document] };

let folder: string;
let server: TestServer;
/** Its model is a thread, which costs less than a process. */
let light: TestServer;
afterAll(endServers);
beforeAll(async () => {
  folder = await modelFolder(pairHead);
  light = await TestServer.start([`tiny=${folder}`], { adminToken: "admin" });
  // The example costs 13 estimated tokens.
  server = await TestServer.start([`tiny=${folder}`], {
    inProcess: false,
    maxQueue: 40,
    batchTokens: 40,
    drain: 0.2,
  });
});

/** The process of the model: the child of this process that runs inference-child. */
const child = (): number => childrenOf("inference-child").at(-1)!;
/** A figure of /metrics; 0 before it is counted for the first time. */
async function figure(name: string): Promise<number> {
  const { body } = await server.send("GET", "/metrics");
  return Number(new RegExp(`^${name}\\{model="tiny"\\} (\\d+)`, "m").exec(body as string)?.[1] ?? 0);
}
const waiting = (): Promise<number> => figure("relata_queue_documents");
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 100_000; !(await holds()); await pause(10))
    if (Date.now() > end) throw new Error("too late");
}
const isReady = async (): Promise<boolean> => (await server.send("GET", "/v2/health/ready")).status === 200;

test("while the model computes: 504 at the deadline, those who leave leave the queue, 429 at once when it is full", async () => {
  const pid = child();
  const before = await figure("relata_batch_documents_sum");
  process.kill(pid, "SIGSTOP");
  try {
    const computed = server.relations(request);
    await pause(100);
    await until(async () => (await waiting()) === 0);

    const late = await server.relations(request, { "x-timeout-ms": "100" });
    expect(late.status).toBe(504);
    expect(await waiting()).toBe(0);

    const leaving = new AbortController();
    const headers = { "content-type": "application/json" };
    const left = fetch(`${server.server.url}/v1/relations`, {
      method: "POST",
      body: JSON.stringify(request),
      headers,
      signal: leaving.signal,
    });
    left.catch(() => {});
    await until(async () => (await waiting()) === 1);
    leaving.abort();
    await until(async () => (await waiting()) === 0);

    expect((await server.relations({ documents: [document, document, document, document] })).status).toBe(413);
    // The queue has room for three: what is computed counts as well.
    const queued = [1, 2].map(() => server.relations(request));
    await until(async () => (await waiting()) === 2);
    const start = performance.now();
    const refused = await server.relations(request);
    expect(performance.now() - start).toBeLessThan(10_000);
    expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([429, expect.any(Number)]);
    expect((await server.send("GET", "/health")).status).toBe(200);

    process.kill(pid, "SIGCONT");
    expect((await Promise.all([computed, ...queued])).map(({ status }) => status)).toEqual([200, 200, 200]);
    // Neither what was late nor what its client left was computed.
    expect((await figure("relata_batch_documents_sum")) - before).toBe(3);
  } finally {
    process.kill(pid, "SIGCONT");
  }
});

test("a model in a process of its own explains a label, in turn with what waits", async () => {
  const client = new RelataClient(server.server.url);
  const [why, answer] = await Promise.all([
    client.explain({ document, head: 1, tail: 0 }),
    client.relations({ documents: [document] }),
  ]);
  expect(why.words.map((word) => word.text)).toEqual(["Ada", "met", "Bob", "."]);
  expect(why.label).toBe(answer.documents[0]!.relations.find(({ head }) => head === 1)!.label);
});

test("kill -9 of the model: its requests get 503 at once, those that wait are answered by the next process", async () => {
  const client = new RelataClient(server.server.url);
  const pid = child();
  process.kill(pid, "SIGSTOP");
  const lost = server.relations(request);
  await pause(100);
  const retried = client.relations(request).catch((error: unknown) => error);
  await until(async () => (await waiting()) === 1);
  process.kill(pid, "SIGKILL");
  const answer = await lost;
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  expect((await server.send("GET", "/v2/models/tiny/ready")).status).toBe(503);
  expect((await server.send("GET", "/health")).body).toEqual({ status: "starting" });
  expect(await retried).toMatchObject({ model: "tiny", documents: [{ relations: [{}, {}] }] });
  await until(isReady);
  expect(child()).not.toBe(pid);
});

test("the client sends what got 429 or 503 again after the delay, and throws what no delay mends", async () => {
  const calls: number[] = [];
  const delays = [0.3, 0];
  const client = new RelataClient(server.server.url, {
    fetch: async (...given) => {
      calls.push(performance.now());
      const delay = delays[calls.length - 1];
      if (delay === undefined) return fetch(...given);
      const status = calls.length === 1 ? 429 : 503;
      return new Response("{}", { status, headers: { "retry-after": String(delay) } });
    },
  });
  expect((await client.relations(request)).documents[0]!.relations.length).toBe(2);
  expect(calls.length).toBe(3);
  // A timer may end a millisecond early.
  expect(calls[1]! - calls[0]!).toBeGreaterThanOrEqual(299);
  const error = await client.relations({ documents: [{ text }] }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RelataServerError);
  expect(error).toMatchObject({
    status: 422,
    type: "invalid",
    message: expect.stringContaining("entities is missing"),
  });
  expect(await client.isReady()).toBe(true);
  expect((await client.info()).models[0]!.name).toBe("tiny");
});

test("reloads lose no request; a folder that does not open changes nothing", async () => {
  const reload = () => light.send("POST", "/v1/models/tiny/reload", undefined, admin);
  const end = new AbortController();
  const statuses: number[] = [];
  const load = [1, 2].map(async () => {
    while (!end.signal.aborted) statuses.push((await light.relations(request)).status);
  });
  const both = await Promise.all([reload(), reload()]);
  expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 409]));
  expect(both.find(({ status }) => status === 200)!.body).toEqual({ name: "tiny", version: "2" });
  renameSync(join(folder, "config.json"), join(folder, "away"));
  expect((await reload()).status).toBe(503);
  renameSync(join(folder, "away"), join(folder, "config.json"));
  await light.server.reload();
  end.abort();
  await Promise.all(load);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(((await light.relations(request)).body as { version: string }).version).toBe("3");
});

test("a stop answers what comes on open connections, and tells them that it is the last answer", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const kept = (path: string): Promise<[status: number, connection: string | undefined, isReused: boolean]> =>
    new Promise((resolve, reject) => {
      const sent = ask(light.server.url + path, { agent }, (response) => {
        response
          .resume()
          .on("end", () => resolve([response.statusCode!, response.headers.connection, sent.reusedSocket]));
      });
      sent.on("error", reject).end();
    });
  expect(await kept("/docs")).toEqual([200, "keep-alive", false]);
  const stopping = light.server.stop();
  await expect.poll(() => fetch(`${light.server.url}/docs`).catch(() => "refused")).toBe("refused");
  expect(await kept("/health")).toEqual([503, "close", true]);
  await stopping;
  expect(light.log.at(-1)).toMatch(/^Stopped: \d+ requests were answered\.$/);
});

test("what is not answered within the time for the last answers gets 503, and a model that hangs is ended", async () => {
  const pid = child();
  process.kill(pid, "SIGSTOP");
  const computed = server.relations(request);
  await until(async () => (await figure("relata_queue_documents")) === 0);
  const queued = server.relations(request);
  await until(async () => (await waiting()) === 1);
  const stopping = server.server.stop();
  expect((await Promise.all([computed, queued])).map(({ status }) => status)).toEqual([503, 503]);
  await stopping;
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

test("a bug is 500 with the id under which the log has it", async () => {
  const bugs: unknown[] = [];
  const config = { host: "0.0.0.0" };
  const metrics = { request: () => {} };
  const broken = { config, metrics, isStopping: () => false, models: undefined } as unknown as Parameters<
    typeof makeApp
  >[0];
  const response = await makeApp(broken, (error) => bugs.push(error)).request("/health");
  expect([response.status, bugs.length]).toEqual([500, 1]);
  expect(await response.json()).toMatchObject({
    error_type: "internal",
    request_id: response.headers.get("x-request-id"),
  });
});

test("SIGHUP opens the folders anew; SIGTERM under load: what was accepted is answered, and the exit code is 0", async () => {
  const program = spawn(process.execPath, [binary, "serve", folder, "--port", "0", "--threads", "1"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  program.stderr.setEncoding("utf8").on("data", (part: string) => (said += part));
  const exit = new Promise((resolve) => program.once("exit", resolve));
  try {
    await until(() => said.includes("Ready:"));
    program.kill("SIGHUP");
    await until(() => said.includes("version 2"));
    const url = /Listening on (\S+)/.exec(said)![1]!;
    const body = JSON.stringify(request);
    const headers = { "content-type": "application/json" };
    const all = Array.from({ length: 60 }, () => fetch(`${url}/v1/relations`, { method: "POST", body, headers }));
    const settled = Promise.allSettled(all);
    await all[0];
    program.kill("SIGTERM");
    expect(await exit).toBe(0);
    for (const result of await settled)
      // A connection that was not accepted yet is refused; one that was gets its answer.
      if (result.status === "fulfilled") expect(result.value.status).toBe(200);
      else expect(result.reason).toMatchObject({ cause: { code: expect.stringMatching(/ECONNREFUSED|ECONNRESET/) } });
    const answered = (await settled).filter(({ status }) => status === "fulfilled").length;
    expect(answered).toBeGreaterThan(0);
    expect(said).toContain(`Stopped: ${answered} requests were answered.`);
  } finally {
    program.kill("SIGKILL");
  }
});

test("SIGTERM before the model is open: the program ends, and its model's process with it", async () => {
  const { code } = await relata(["serve", folder, "--port", "0"], { interruptAt: /Listening on/, signal: "SIGTERM" });
  expect(code).toBe(0);
});

test("a server that cannot start ends with the code of the contract", async () => {
  const missing = await relata(["serve", "/no/such/folder", "--port", "0"]);
  expect([missing.code, missing.stderr]).toEqual([66, expect.stringContaining("/no/such/folder")]);
  await expect(TestServer.start([folder, folder])).rejects.toMatchObject({ exitCode: 64 });
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const port = (taken.address() as AddressInfo).port;
  const message = expect.stringContaining("another program listens there");
  await expect(TestServer.start([folder], { port })).rejects.toMatchObject({ exitCode: 69, message });
  taken.close();
});
