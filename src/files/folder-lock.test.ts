import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { UsageError } from "../errors.ts";
import { lockFolder, type LockHolder } from "./folder-lock.ts";

const root = mkdtempSync(join(tmpdir(), "relata-lock-"));
afterAll(() => rmSync(root, { recursive: true }));
const path = join(root, ".lock");
const held = (holder: Partial<LockHolder>): void =>
  writeFileSync(path, JSON.stringify({ pid: 1, host: hostname(), since: "2026-01-02T03:04:05.000Z", ...holder }));

it("refuses a second run and names the first, and is free once it is released", async () => {
  const lock = await lockFolder(root, ".lock");
  expect(lock.former).toBeUndefined();
  const { pid, host, since } = JSON.parse(readFileSync(path, "utf8")) as LockHolder;
  expect([pid, host]).toEqual([process.pid, hostname()]);
  const second = lockFolder(root, ".lock");
  await expect(second).rejects.toThrow(UsageError);
  await expect(second).rejects.toThrow(`Another run writes to ${root}: this process on ${host}, since ${since}.`);
  await lock.release();
  await (await lockFolder(root, ".lock")).release();
  expect(readdirSync(root)).toEqual([]);
});

it("takes over the lock of a dead process, and says whose it was", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  held({ pid });
  const lock = await lockFolder(root, ".lock");
  expect(lock.former).toMatchObject({ pid, since: "2026-01-02T03:04:05.000Z" });
  await lock.release();
});

it.runIf(process.platform === "linux")(
  "takes over the lock of a process whose number another one has now",
  async () => {
    held({ pid: process.ppid, born: "another boot 1" });
    const lock = await lockFolder(root, ".lock");
    expect(lock.former).toMatchObject({ pid: process.ppid });
    await lock.release();
  },
);

it("takes over a lock that was cut short", async () => {
  writeFileSync(path, '{"pid": 1');
  const lock = await lockFolder(root, ".lock");
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ pid: process.pid });
  await lock.release();
});

it("does not judge a process of another machine, and names the file to delete", async () => {
  held({ host: "elsewhere" });
  const refused = lockFolder(root, ".lock");
  await expect(refused).rejects.toThrow("process 1 on elsewhere, since 2026-01-02T03:04:05.000Z");
  await expect(refused).rejects.toThrow(`delete ${path}`);
  rmSync(path);
});

it("lets one of many that come at once have it", async () => {
  held({ pid: spawnSync(process.execPath, ["--version"]).pid });
  const tried = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(root, ".lock")));
  const locks = tried.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect(locks).toHaveLength(1);
  await locks[0]!.release();
});
