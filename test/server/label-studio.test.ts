// The ML backend of Label Studio, by the requests that the tool sends, against a stand-in for the tool's own API.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { annotation, region, relation, text } from "../fixtures/label-studio.ts";
import { type Answer, endServers, TestServer } from "../support/server.ts";
import { modelFolder } from "../support/tiny-models.ts";

const config = `<View>
  <Relations><Relation value="WHO_DO"/><Relation value="DO_WHEN"/></Relations>
  <Labels name="label" toName="text"><Label value="ACTION"/><Label value="TIME"/><Label value="OBJECT"/></Labels>
  <Text name="text" value="$text"/>
</View>`;
const regions = [region("r1", 11, 15, "part", "ACTION"), region("r2", 16, 21, "lundi", "TIME")];
const project = "3.1764417600";
const folder = mkdtempSync(join(tmpdir(), "relata-guests-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A stand-in for the tool's API: what it was asked, and what it answers. */
const asked: { path: string; authorization: string | undefined; body: string }[] = [];
let answer: (path: string, authorization: string) => [status: number, body: unknown];
let tool: Server;
let hostname: string;
let server: TestServer;

const tasksToLearn = Array.from({ length: 24 }, (_, i) => ({
  id: i + 1,
  data: { text: `Le colis ${i} part lundi.` },
  annotations: [
    annotation(
      region("a", 9 + `${i}`.length + 1, 13 + `${i}`.length + 1, "part", "ACTION"),
      region("b", 14 + `${i}`.length + 1, 19 + `${i}`.length + 1, "lundi", "TIME"),
      relation("a", "b", "right", ["DO_WHEN"]),
    ),
  ],
}));

afterAll(endServers);
beforeAll(async () => {
  tool = createServer((request: IncomingMessage, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      const path = request.url!;
      const { authorization } = request.headers;
      asked.push({ path, authorization, body });
      const [status, content] = answer(path, authorization ?? "");
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
    });
  });
  await new Promise<void>((resolve) => tool.listen(0, "127.0.0.1", resolve));
  hostname = `http://127.0.0.1:${(tool.address() as AddressInfo).port}`;
  const settings = join(folder, "train.json");
  const model = await modelFolder(pairHead);
  writeFileSync(settings, JSON.stringify({ model, maxSteps: 1, threads: 1 }));
  server = await TestServer.start([`mine=${model}`], {
    trained: join(folder, "trained"),
    trainConfig: settings,
    trainAfter: 2,
    trainQuiet: 0.05,
    token: "secret",
  });
});
afterAll(() => void tool.close());
beforeEach(() => {
  asked.length = 0;
  answer = () => [200, tasksToLearn];
});

const password = { authorization: `Basic ${Buffer.from("anyone:secret").toString("base64")}` };
const post = (path: string, body: unknown): Promise<Answer> =>
  server.send("POST", `/label-studio${path}`, body, password);
const get = (path: string): Promise<Answer> => server.send("GET", `/label-studio${path}`, undefined, password);
interface Result {
  result: { id?: string; type: string; from_id?: string; to_id?: string; labels?: string[]; score?: number }[];
  score?: number;
  model_version: string;
}
const predict = async (tasks: readonly object[], more: object = {}): Promise<Result[]> => {
  const { status, body } = await post("/predict", {
    tasks,
    project,
    label_config: config,
    params: { login: null, password: null, context: null },
    ...more,
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return (body as { results: Result[] }).results;
};
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 280_000; !(await holds()); await pause(20))
    if (Date.now() > end) throw new Error(`too late; the server said ${server.log.join("\n")}`);
}
const setup = (token: string, id = project): Promise<Answer> =>
  post("/setup", { project: id, schema: config, hostname, access_token: token, extra_params: null });

test("the token of the server is asked for, as a password too", async () => {
  const { status, headers } = await server.send("GET", "/label-studio/health");
  expect([status, headers.get("www-authenticate")]).toEqual([401, 'Basic realm="relata"']);
  const bearer = { authorization: "Bearer secret" };
  expect((await server.send("GET", "/label-studio/mine/health", undefined, bearer)).status).toBe(200);
  expect((await server.send("GET", "/label-studio/none/health", undefined, bearer)).status).toBe(404);
  const wrong = { authorization: `Basic ${Buffer.from("secret:wrong").toString("base64")}` };
  expect((await server.send("GET", "/label-studio/health", undefined, wrong)).status).toBe(401);
});

describe("predictions", () => {
  const task = (id: number, more: object = {}): object => ({ id, data: { text }, project: 3, ...more });

  test("arrows cite the ids of the regions that stand in the same list, in the order of the tasks", async () => {
    const { body } = await setup("a".repeat(40));
    const results = await predict([
      task(1, { annotations: [annotation(...regions)], predictions: [] }),
      task(2),
      task(3, { annotations: [], predictions: [{ result: regions }] }),
    ]);
    expect(results.length).toBe(3);
    for (const { result, score, model_version } of [results[0]!, results[2]!]) {
      expect(result.slice(0, 2)).toEqual(regions);
      const arrows = result.slice(2);
      for (const { type, from_id, to_id, labels } of arrows) {
        expect([type, new Set([from_id, to_id])]).toEqual(["relation", new Set(["r1", "r2"])]);
        expect(["WHO_DO", "DO_WHEN"]).toContain(labels![0]);
      }
      expect(score).toBeGreaterThan(0);
      for (const arrow of arrows) expect(arrow.score).toBeGreaterThanOrEqual(score!);
      expect(model_version).toBe((body as { model_version: string }).model_version);
    }
    expect(results[1]).toEqual({ result: [], model_version: results[0]!.model_version });
  });

  test("a draft goes before annotations, which go before predictions; what is being drawn comes on top", async () => {
    const other = [region("d1", 3, 8, "colis", "OBJECT"), region("d2", 11, 15, "part", "ACTION")];
    const [drafted] = await predict([
      task(1, { drafts: [{ result: other }], annotations: [annotation(...regions)], predictions: [] }),
    ]);
    expect(drafted!.result.slice(0, 2)).toEqual(other);
    const cancelled = { ...annotation(...regions), was_cancelled: true };
    const context = { result: [region("c1", 16, 21, "lundi", "TIME")] };
    const params = { context };
    const [drawn] = await predict([task(1, { drafts: [{ result: [other[1]] }], annotations: [cancelled] })], {
      params,
    });
    expect(drawn!.result.slice(0, 2).map(({ id }) => id)).toEqual(["d2", "c1"]);
  });

  test("labels that the configuration does not have are left out and said once", async () => {
    const narrow = config.replace('<Relation value="WHO_DO"/><Relation value="DO_WHEN"/>', '<Relation value="OTHER"/>');
    const [only] = await predict([task(1, { annotations: [annotation(...regions)] })], { label_config: narrow });
    expect(only!.result.filter(({ type }) => type === "relation")).toEqual([]);
  });

  test("a task that cannot be read gets an empty prediction, and the log says why", async () => {
    server.log.length = 0;
    const [broken, whole] = await predict([
      { id: 8, data: { other: 1 } },
      task(9, { annotations: [annotation(...regions)] }),
    ]);
    expect([broken!.result.length, whole!.result.length > 1]).toEqual([0, true]);
    expect(server.log).toEqual([
      expect.stringContaining("task 8 gets no prediction: The data of the task have no text"),
    ]);
  });

  test.each([
    [422, "tasks", {}],
    [422, "shows no text", { tasks: [], label_config: "<View/>" }],
    [422, "XML", { tasks: [], label_config: "<View>" }],
  ])("%i: %s", async (status, message, body) => {
    const { status: found, body: said } = await post("/predict", body);
    expect([found, (said as { error: string }).error]).toEqual([status, expect.stringContaining(message)]);
  });
});

describe("training", () => {
  const start = (id = 3): Promise<Answer> => post("/webhook", { action: "START_TRAINING", project: { id } });
  const jwt = (claims: object): string =>
    ["{}", JSON.stringify(claims), "x"].map((part) => Buffer.from(part).toString("base64url")).join(".");
  const idle = (): Promise<void> => until(async () => !((await get("/health")).body as { training: boolean }).training);

  test("without a token for the project, the message says what to do", async () => {
    const { status, body } = await start(77);
    expect([status, (body as { error: string }).error]).toEqual([403, expect.stringContaining("LABEL_STUDIO_API_KEY")]);
    expect((await post("/webhook", { action: "START_TRAINING" })).status).toBe(422);
  });

  test.each<[string, string, number, object, RegExp]>([
    [
      "a legacy token",
      "b".repeat(40),
      401,
      { detail: "Invalid token." },
      /refused the legacy token.*Invalid token.*personal access token/,
    ],
    [
      "a personal access token",
      jwt({ token_type: "refresh" }),
      401,
      { detail: "Token is blacklisted" },
      /refused the personal access token.*blacklisted/,
    ],
    ["an expired token", jwt({ token_type: "refresh", exp: 1 }), 200, {}, /expired on 1970/],
    ["a stranger to the project", "c".repeat(40), 404, { detail: "Not found." }, /does not see project 3/],
  ])("%s that is refused is named in the log", async (_, token, status, body, expected) => {
    server.log.length = 0;
    answer = () => [status, body];
    await setup(token);
    expect((await start()).status).toBe(200);
    await idle();
    expect(server.log.join("\n")).toMatch(expected);
  });

  test(
    "a personal access token is exchanged; health and setup are answered meanwhile; the new version is served",
    { timeout: 300_000 },
    async () => {
      const before = ((await get("/versions")).body as { versions: string[] }).versions[0];
      answer = (path) => (path.includes("refresh") ? [200, { access: "short" }] : [200, tasksToLearn]);
      await setup(jwt({ token_type: "refresh" }));
      const { body } = await start();
      const { job } = body as { job: string };
      await until(() => server.log.some((line) => line.includes("started")));
      for (const path of ["/health", "/setup"]) {
        const began = performance.now();
        const { status } = path === "/health" ? await get(path) : await setup(jwt({ token_type: "refresh" }));
        expect([status, performance.now() - began < 30_000]).toEqual([200, true]);
      }
      expect((await post("/job_status", { job })).body).toEqual({ job_status: "started" });
      expect((await start()).body).toEqual({ status: "training", job });
      await until(
        async () => ((await post("/job_status", { job })).body as { job_status: string }).job_status === "finished",
      );
      expect(asked.slice(0, 2).map(({ authorization }) => authorization)).toEqual([undefined, "Bearer short"]);
      const after = ((await get("/versions")).body as { versions: string[] }).versions[0];
      expect(after).not.toBe(before);
      expect(((await setup("x")).body as { model_version: string }).model_version).toBe(after);
      expect((await post("/job_status", { job: "mine-99" })).status).toBe(410);
      // Another project would take the model from the first.
      await setup("d".repeat(40), "4.1");
      expect((await start(4)).status).toBe(409);
    },
  );

  test("annotations begin a training when no more come; other events do nothing", async () => {
    server.log.length = 0;
    await setup("e".repeat(40), "4.1");
    const event = (action: string): Promise<Answer> =>
      post("/webhook", { action, project: { id: 4 }, task: {}, annotation: {} });
    expect((await event("TASKS_CREATED")).body).toEqual({ status: "ignored" });
    expect((await event("ANNOTATION_CREATED")).body).toEqual({ status: "counted", changes: 1 });
    expect((await event("ANNOTATION_UPDATED")).body).toEqual({ status: "counted", changes: 2 });
    await until(() => server.log.some((line) => line.includes("not of label-studio 4")));
  });
});

test("without --trained, annotations are ignored and a training is refused", async () => {
  const plain = await TestServer.start([`mine=${await modelFolder(pairHead)}`]);
  const send = (action: string): Promise<Answer> =>
    plain.send("POST", "/label-studio/webhook", { action, project: { id: 3 } });
  expect((await send("ANNOTATION_CREATED")).body).toEqual({ status: "ignored" });
  const refused = await send("START_TRAINING");
  expect([refused.status, refused.body]).toEqual([
    403,
    expect.objectContaining({ error: expect.stringContaining("--trained") }),
  ]);
  for (const path of ["/validate", "/duplicate_model", "/delete"])
    expect((await plain.send("POST", `/label-studio${path}`, {})).status).toBe(200);
});
