import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Interrupted } from "../../errors.ts";
import type { FinishedTraining, TrainEvent } from "../train-events.ts";
import { MlflowRun } from "./mlflow.ts";
import type { Sink } from "./sink.ts";
import { tracked } from "./tracked.ts";

interface Call {
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingMessage["headers"];
}

/** A server with MLflow's REST API, as far as a run needs it; `answers` stand in for its own. */
class StandIn {
  readonly calls: Call[] = [];
  readonly answers = new Map<string, () => { readonly status: number; readonly body: unknown }>();
  readonly server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      const path = request.url!.replace("/api/2.0/mlflow/", "");
      this.calls.push({ path, body: body === "" ? {} : JSON.parse(body), headers: request.headers });
      const own = { status: 200, body: path === "runs/create" ? { run: { info: { run_id: "r1" } } } : {} };
      const answer = this.answers.get(path.split("?")[0]!)?.() ?? own;
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  paths(): string[] {
    return this.calls.map(({ path }) => path);
  }
}

let standIn: StandIn;
let uri: string;
beforeEach(async () => {
  standIn = new StandIn();
  uri = await standIn.open();
});
afterEach(() => {
  standIn.server.closeAllConnections();
  standIn.server.close();
});

const facts = { name: "run-1", params: { task: "relations", learningRate: "0.001" } };
const mlflow = (more: object = {}): MlflowRun => new MlflowRun({ MLFLOW_TRACKING_URI: uri, ...more }, facts);
const step = (at: number, loss: number): TrainEvent => ({
  type: "step",
  step: at,
  totalSteps: 3,
  epoch: at / 3,
  loss,
  learningRate: 0.001,
  gradientNorm: 1,
  examples: 2,
});
const scores = { loss: 0.5, accuracy: 0.75, microF1: 0.6, macroF1: 0.4, noRelationId: null };
const evaluation = {
  type: "evaluation",
  step: 2,
  epoch: 1,
  trainingLoss: 1,
  isKept: true,
  result: { value: 1, scores },
};
const finished = {
  reason: "finished",
  folder: "somewhere",
  keptStep: 2,
  parts: { part: "test" },
  evaluation: { scores: { ...scores, microF1: 0.7 } },
} as unknown as FinishedTraining;

async function* runOf(events: readonly unknown[], end: FinishedTraining | Error = finished) {
  for (const event of events) yield event as TrainEvent;
  if (end instanceof Error) throw end;
  return end;
}

async function follow(sinks: readonly Sink[], run: ReturnType<typeof runOf>): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of tracked(run, sinks)) events.push(event);
  return events;
}

test("a run is made, and gets settings, numbers and its end", async () => {
  const events = [step(1, 2), step(2, Number.NaN), evaluation, step(3, 1e300)];
  expect(await follow([mlflow()], runOf(events))).toEqual(events);
  const [create, params, ...logged] = standIn.calls;
  expect(create).toMatchObject({ path: "runs/create", body: { experiment_id: "0", run_name: "run-1" } });
  expect(params!.body["params"]).toEqual([
    { key: "task", value: "relations" },
    { key: "learningRate", value: "0.001" },
  ]);
  expect(logged.pop()).toMatchObject({ path: "runs/update", body: { run_id: "r1", status: "FINISHED" } });
  expect(new Set(logged.map(({ path }) => path))).toEqual(new Set(["runs/log-batch"]));
  const metrics = logged.flatMap(({ body }) => body["metrics"] as { key: string; value: unknown; step: number }[]);
  const of = (key: string) => metrics.filter((one) => one.key === key).map(({ step: at, value }) => [at, value]);
  expect(of("train/loss")).toEqual([
    [1, 2],
    [2, "NaN"],
    [3, 1e300],
  ]);
  expect(of("train/grad_norm")).toHaveLength(3);
  expect(of("eval/micro_f1")).toEqual([[2, 0.6]]);
  expect(of("test/micro_f1")).toEqual([[2, 0.7]]);
});

test("the experiment is found by its name, or made", async () => {
  standIn.answers.set("experiments/get-by-name", () => ({ status: 200, body: { experiment: { experiment_id: "7" } } }));
  await follow([mlflow({ MLFLOW_EXPERIMENT_NAME: "été 1" })], runOf([step(1, 2)]));
  expect(standIn.calls[0]!.path).toBe("experiments/get-by-name?experiment_name=%C3%A9t%C3%A9%201");
  expect(standIn.calls[1]!.body["experiment_id"]).toBe("7");
  standIn.calls.length = 0;
  standIn.answers.set("experiments/get-by-name", () => ({
    status: 404,
    body: { error_code: "RESOURCE_DOES_NOT_EXIST" },
  }));
  standIn.answers.set("experiments/create", () => ({ status: 200, body: { experiment_id: "8" } }));
  await follow([mlflow({ MLFLOW_EXPERIMENT_NAME: "new" })], runOf([step(1, 2)]));
  expect(standIn.calls[1]!.body).toEqual({ name: "new" });
  expect(standIn.calls[2]!.body["experiment_id"]).toBe("8");
});

test("a run that fails or is stopped ends as such, and one that never began makes none", async () => {
  const end = async (run: ReturnType<typeof runOf>): Promise<unknown> => {
    await follow([mlflow()], run).catch(() => {});
    return standIn.calls.pop()?.body["status"];
  };
  expect(await end(runOf([step(1, 2)], new Error("diverged")))).toBe("FAILED");
  expect(await end(runOf([step(1, 2)], new Interrupted("stopped")))).toBe("KILLED");
  expect(await end(runOf([step(1, 2)], { ...finished, reason: "stopped" }))).toBe("KILLED");
  for await (const _ of tracked(runOf([step(1, 2), step(2, 1)]), [mlflow()])) break;
  expect(standIn.calls.pop()!.body["status"]).toBe("KILLED");
  standIn.calls.length = 0;
  await end(runOf([], new Error("no such file")));
  expect(standIn.calls).toEqual([]);
});

test("a server that fails is told once, the run goes on, and what it missed is sent at the end", async () => {
  let failures = 0;
  standIn.answers.set("runs/log-batch", () =>
    ++failures <= 1 ? { status: 503, body: { message: "full" } } : { status: 200, body: {} },
  );
  async function* slow() {
    for (let at = 1; at <= 6; at++) {
      yield step(at, at);
      await expect.poll(() => failures).toBeGreaterThan(0);
    }
    return finished;
  }
  const events = await follow([mlflow()], slow());
  const told = events.filter(({ type }) => type === "tracking");
  expect(told).toEqual([{ type: "tracking", tracker: "MLflow", failure: expect.stringContaining("with 503") }]);
  expect(events).toHaveLength(7);
  const metrics = standIn.calls.flatMap(({ body }) => (body["metrics"] ?? []) as { key: string; value: number }[]);
  expect(metrics.flatMap(({ key, value }) => (key === "train/loss" ? [value] : []))).toEqual([1, 2, 3, 4, 5, 6]);
  expect(standIn.paths().at(-1)).toBe("runs/update");
  expect(standIn.paths().filter((path) => path === "runs/create")).toHaveLength(1);
});

test("no server, or an address that is none, ends nothing", async () => {
  const failureOf = async (address: string): Promise<unknown> => {
    const events = await follow([new MlflowRun({ MLFLOW_TRACKING_URI: address }, facts)], runOf([step(1, 2)]));
    expect(events.map(({ type }) => type)).toEqual(["step", "tracking"]);
    return events[1];
  };
  expect(await failureOf("http://127.0.0.1:1")).toMatchObject({
    failure: expect.stringMatching(/^http:..127.0.0.1:1 does not answer: .*(ECONNREFUSED|bad port)/),
  });
  expect(await failureOf("sqlite:///runs.db")).toMatchObject({
    failure: expect.stringContaining("not the address of a server"),
  });
});

test("who calls is proved by token or by name and password, which are never in an address or a message", async () => {
  const authorization = async (more: object): Promise<unknown> => {
    await follow([mlflow(more)], runOf([step(1, 2)]));
    return standIn.calls.pop()!.headers.authorization;
  };
  const basic = `Basic ${Buffer.from("ana:pä ss").toString("base64")}`;
  expect(await authorization({})).toBeUndefined();
  expect(await authorization({ MLFLOW_TRACKING_TOKEN: "t" })).toBe("Bearer t");
  expect(await authorization({ MLFLOW_TRACKING_USERNAME: "ana", MLFLOW_TRACKING_PASSWORD: "pä ss" })).toBe(basic);
  expect(await authorization({ MLFLOW_TRACKING_URI: uri.replace("//", "//ana:p%C3%A4%20ss@") })).toBe(basic);
});

test("more numbers than a request may hold go in several", async () => {
  const values = Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`m${i}`, i]));
  const params = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`p${i}`, "x".repeat(7000)]));
  const run = new MlflowRun({ MLFLOW_TRACKING_URI: uri }, { name: "r", params });
  await run.write([1, 2, 3].map((at) => ({ step: at, time: at, values })));
  const sizes = (key: string) =>
    standIn.calls.flatMap(({ body }) => (body[key] ? [(body[key] as unknown[]).length] : []));
  expect(sizes("metrics")).toEqual([1000, 1000, 100]);
  expect(sizes("params")).toEqual([100, 50]);
  expect((standIn.calls[1]!.body["params"] as { value: string }[])[0]!.value).toHaveLength(6000);
});
