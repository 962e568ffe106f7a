// Adapters over one base: one process, the answers of the library, and reloads and crashes of one of them.
import { cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as Library from "../../src/index.ts";
import { childrenOf } from "../support/children.ts";
import { relata, Workplace } from "../support/run-cli.ts";
import { document, endServers, TestServer } from "../support/server.ts";
import { modelFolder } from "../support/word-encoders.ts";

const { openModel } = createRequire(import.meta.url)("relata") as typeof Library;
const place = new Workplace();
const base = place.path("base");
const names = ["one", "two", "three"];
const folders = Object.fromEntries(names.map((name) => [name, place.path(name)]));
const admin = { authorization: "Bearer admin" };

beforeAll(async () => {
  const made = modelFolder("bert");
  cpSync(made, base, { recursive: true });
  rmSync(made, { recursive: true });
  const data = place.examples("annotations.jsonlines", 8);
  for (const [i, name] of names.entries()) {
    const flags = ["--lora", "--max-steps", "2", "--learning-rate", "0.05", "--threads", "1", "--encoding", "pair"];
    const given = ["train", data, "--model", base, "--output", folders[name]!, "--candidates", "all", "--seed", `${i}`];
    const run = await relata([...given, ...flags]);
    if (run.code !== 0) throw new Error(run.stderr);
  }
});
afterAll(async () => {
  await endServers();
  place.remove();
});

async function answer(server: TestServer, model: string): Promise<number[]> {
  const { status, body } = await server.send("POST", "/v1/relations", { model, documents: [document] });
  expect(status).toBe(200);
  const { documents } = body as Library.RelationsResponse;
  return documents[0]!.relations.map(({ probability }) => probability);
}
async function alone(folder: string): Promise<number[]> {
  await using model = await openModel(folder, { threads: 1 });
  return (await model.predict(document)).relations.map(({ probability }) => probability);
}
const closeTo = (found: readonly number[], expected: readonly number[]): void => {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of found.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5);
};
const served = (config: object): Promise<TestServer> =>
  TestServer.start([`a=${folders["one"]}`, `b=${folders["two"]}`], { base, adminToken: "admin", ...config });

test("one process answers for all, a reload changes one alone, and after a crash all answer again", async () => {
  const before = childrenOf("inference-child");
  const moving = place.path("moving");
  cpSync(folders["one"]!, moving, { recursive: true });
  const server = await TestServer.start([`a=${moving}`, `b=${folders["two"]}`], {
    base,
    adminToken: "admin",
    inProcess: false,
  });
  const [first, second, third] = [
    await alone(folders["one"]!),
    await alone(folders["two"]!),
    await alone(folders["three"]!),
  ];
  const started = childrenOf("inference-child").filter((pid) => !before.includes(pid));
  expect(started.length).toBe(1);
  closeTo(await answer(server, "a"), first);
  closeTo(await answer(server, "b"), second);

  rmSync(moving, { recursive: true });
  cpSync(folders["three"]!, moving, { recursive: true });
  const reload = await server.send("POST", "/v1/models/a/reload", undefined, admin);
  expect(reload).toMatchObject({ status: 200, body: { name: "a", version: "2" } });
  closeTo(await answer(server, "a"), third);
  closeTo(await answer(server, "b"), second);
  expect(childrenOf("inference-child").filter((pid) => !before.includes(pid))).toEqual(started);

  process.kill(started[0]!, "SIGKILL");
  for (let tries = 0; (await server.send("GET", "/v2/health/ready")).status === 200 && tries < 1000; tries++)
    await pause(5);
  for (let tries = 0; (await server.send("GET", "/v2/health/ready")).status !== 200 && tries < 1000; tries++)
    await pause(20);
  closeTo(await answer(server, "a"), third);
  closeTo(await answer(server, "b"), second);
  expect(childrenOf("inference-child").filter((pid) => !before.includes(pid)).length).toBe(1);
  await server.server.stop();
  expect(childrenOf("inference-child").filter((pid) => !before.includes(pid))).toEqual([]);
});

test("in the server's own process too; a model with weights of its own is refused, and the others go on", async () => {
  const server = await served({});
  closeTo(await answer(server, "a"), await alone(folders["one"]!));
  closeTo(await answer(server, "b"), await alone(folders["two"]!));
  const whole = await TestServer.start([`a=${folders["one"]}`, `whole=${base}`], { base }, false);
  await expect(whole.server.ready).rejects.toThrow(/weights of its own/);
  closeTo(await answer(server, "a"), await alone(folders["one"]!));
});

test("a model that finds entities has no use beside adapters", async () => {
  const run = await relata(["serve", folders["one"]!, "--base", base, "--entities", base, "--port", "0"]);
  expect(run).toMatchObject({ code: 64 });
  expect(run.stderr).toContain("--entities does nothing with --base");
});
