import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { TryAgainError, UnavailableError } from "../../errors.ts";
import { FileLock } from "./lock.ts";

const folder = mkdtempSync(join(tmpdir(), "relata-lock-"));
afterAll(() => rmSync(folder, { recursive: true }));
const never = new AbortController().signal;
const patient = { beatMs: 50, staleMs: 1_200 };
const quick = { beatMs: 20, staleMs: 200 };

test("one holds it at a time, the next gets it when it is let go, and nothing stays behind", async () => {
  const path = join(folder, "one.lock");
  let holders = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const lock = await FileLock.wait(path, never);
      most = Math.max(most, ++holders);
      await sleep(5);
      holders--;
      await lock.release();
    }),
  );
  expect(most).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

test("a holder that lives keeps it, however long it takes", async () => {
  const path = join(folder, "alive.lock");
  const lock = (await FileLock.try(path, patient))!;
  const waiting = FileLock.wait(path, AbortSignal.timeout(2_500), patient);
  await expect(waiting).rejects.toThrow(/timeout/);
  await lock.requireHeld();
  await lock.release();
});

test("the lock of a process that is dead is taken at once", async () => {
  const path = join(folder, "dead.lock");
  const lock = (await FileLock.try(path))!;
  const owner = JSON.parse(readFileSync(path, "utf8")) as { pid: number };
  await lock.release();
  const { pid } = spawnSync(process.execPath, ["--version"]);
  writeFileSync(path, JSON.stringify({ ...owner, pid }));
  const start = performance.now();
  const taken = await FileLock.wait(path, never);
  expect(performance.now() - start).toBeLessThan(10_000);
  await taken.release();
  expect(readdirSync(folder)).toEqual([]);
});

test.each(["", '{"machine":"elsewhere","pid":1,"id":"x"}', "null", "nonsense"])(
  "the lock %j of who knows whom is taken after it was silent for long",
  async (text) => {
    const path = join(folder, "silent.lock");
    writeFileSync(path, text);
    const start = performance.now();
    const lock = await FileLock.wait(path, never, quick);
    expect(performance.now() - start).toBeGreaterThan(quick.staleMs);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  },
);

test("a holder learns that its lock was taken, and does not remove the new one", async () => {
  const path = join(folder, "stolen.lock");
  const lock = (await FileLock.try(path, quick))!;
  writeFileSync(path, "another's");
  await sleep(100);
  expect(lock.lost.aborted).toBe(true);
  await expect(lock.requireHeld()).rejects.toThrow(TryAgainError);
  await lock.release();
  expect(readFileSync(path, "utf8")).toBe("another's");
  rmSync(path);
});

test("a place that cannot be written is told", async () => {
  await expect(FileLock.try(join(folder, "none", "x.lock"))).rejects.toThrow(UnavailableError);
});
