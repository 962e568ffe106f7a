// Faults of a network and a hub during a download: each time the model is whole in the end, or nothing of it is used.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { body, cut, status, type Fault } from "../../../test/support/hub-stand-in.ts";
import { noise, pull, weightBytes } from "../../../test/support/tiny-hub-model.ts";
import { TryAgainError, UnavailableError } from "../../errors.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import {
  weights,
  name,
  hub,
  cacheFolder,
  settings,
  blob,
  check,
  whole,
  refused,
  useHub,
} from "../../../test/support/hub-pulls.ts";

useHub();
const away = /127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)\. Check the network/;

const positions = (file: string): number[] =>
  hub.downloads(file).flatMap(({ at, range }) => (at === "store" ? Number(/=(\d+)-/.exec(range ?? "=0-")![1]) : []));

describe("a connection that is cut", () => {
  it("is taken up where it broke, as often as it goes forward", async () => {
    hub.storeFaults.set(name, [cut(100_000), cut(0), cut(200_000), cut(300_000)]);
    const events = await check(pull(hub.id, { settings }), whole);
    const starts = positions(name);
    expect(starts).toHaveLength(5);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(starts.at(-1)).toBeGreaterThan(0);
    const retries = events.filter(({ type }) => type === "retry");
    expect(retries).toHaveLength(4);
    expect(retries[0]).toMatchObject({
      file: name,
      reason: expect.stringMatching(/the connection to localhost:\d+ was cut/),
    });
    expect(hub.downloads(name).at(-1)!.ifRange).toMatch(/^"[0-9a-f]{32}"$/);
  });

  it("five times in a row without a byte is enough; what has arrived is kept and used", async () => {
    hub.storeFaults.set(name, [cut(500_000), ...Array.from({ length: 5 }, () => cut(0))]);
    await check(pull(hub.id, { settings }), refused(TryAgainError, /what has arrived is kept/));
    const kept = readFileSync(`${blob}.relata.incomplete`);
    expect(kept.byteLength).toBeGreaterThan(0);
    expect(kept.equals(weights.subarray(0, kept.byteLength))).toBe(true);
    await check(pull(hub.id, { settings }), whole);
    expect(positions(name).at(-1)).toBe(kept.byteLength);
  });

  it("starts again from the beginning where the store knows no ranges, or has other content by now", async () => {
    const noRange: Fault = (answer) => Object.assign(answer, { status: 200, body: weights, headers: {} });
    hub.storeFaults.set(name, [cut(400_000), noRange]);
    await check(pull(hub.id, { settings }), whole);
    rmSync(cacheFolder, { recursive: true });
    // The tag of the first part belongs to nothing that the store has when asked again.
    const otherTag: Fault = (answer) => (Object.assign(answer, { cutAfter: 400_000 }).headers["etag"] = '"before"');
    hub.storeFaults.set(name, [otherTag]);
    await check(pull(hub.id, { settings }), whole);
    expect(hub.downloads(name).at(-1)!.ifRange).toBe('"before"');
  });

  it.each([
    ["a part of something else", noise(300_000, "else")],
    ["as much as the whole, but wrong", noise(weightBytes, "else")],
    ["more than the whole", noise(weightBytes + 5, "else")],
    ["a good part", weights.subarray(0, 77_777)],
  ])("left %s: the file is right all the same", async (_what, part) => {
    mkdirSync(join(blob, ".."), { recursive: true });
    writeFileSync(`${blob}.relata.incomplete`, part);
    await check(pull(hub.id, { settings }), whole);
  });

  it("among the hub's own answers is repeated too", async () => {
    hub.hubFaults.set("revision", [cut(10), status(503)]);
    hub.hubFaults.set("tree", [status(500), cut(0)]);
    hub.hubFaults.set("config.json", [status(502), cut(3)]);
    await check(pull(hub.id, { settings }), whole);
  });

  it("or never gives an answer counts as cut", async () => {
    const silent: Fault = (answer) => Object.assign(answer, { silent: true });
    const dribble: Fault = (answer) => Object.assign(answer, { pauseMs: 5_000 });
    hub.storeFaults.set(name, [silent, dribble]);
    const events = await check(pull(hub.id, { settings: { ...settings, timeoutMs: 500 } }), whole);
    const reasons = events.flatMap((event) => (event.type === "retry" ? event.reason : []));
    expect(reasons.length).toBeGreaterThanOrEqual(2);
    expect(reasons.filter((reason) => !reason.includes("silent for 0.5 seconds"))).toEqual([]);
  });
});

describe("a server that is busy", () => {
  it("is asked again after the time it names", async () => {
    hub.hubFaults.set("revision", [status(429, { "retry-after": "1" })]);
    const start = performance.now();
    await check(pull(hub.id, { settings }), whole);
    expect(performance.now() - start).toBeGreaterThan(950);
  });

  it("is not waited for when it names a long time", async () => {
    hub.storeFaults.set(name, [status(429, { "retry-after": "3600" })]);
    await check(pull(hub.id, { settings }), refused(TryAgainError, "Try again in 3600 seconds"));
  });

  it("is given up in the end", async () => {
    hub.hubFaults.set(
      "tree",
      Array.from({ length: 9 }, () => status(500)),
    );
    await check(pull(hub.id, { settings }), refused(TryAgainError, "answered 500"));
    expect(hub.seen.filter(({ path }) => path.includes("/tree/"))).toHaveLength(5);
  });

  it("that cannot be reached is not asked again", async () => {
    await hub.close();
    const start = performance.now();
    await check(pull(hub.id, { settings: { ...settings, retryDelayMs: 60_000 } }), refused(TryAgainError, away));
    expect(performance.now() - start).toBeLessThan(40_000);
  });
});

describe("wrong content", () => {
  const always = (fault: Fault): Fault[] => Array.from({ length: 9 }, () => fault);

  it.each([
    [
      "other bytes of the same length",
      body(noise(weightBytes, "evil")),
      /expected content with the sha256 \w+, found \w+/,
    ],
    ["too few bytes", body(weights.subarray(5)), `expected ${weightBytes} bytes, found ${weightBytes - 5} bytes`],
    ["too many bytes", body(noise(weightBytes + 1, "evil")), `found ${weightBytes + 1} bytes`],
    ["a login page", body("<html>", { "content-type": "text/html" }), 'found 6 bytes of "text/html"'],
    ["endless bytes of no stated length", endless(), "found more"],
  ])("%s: refused, and nothing is kept", async (_what, fault, message) => {
    hub.storeFaults.set(name, always(fault));
    await check(pull(hub.id, { settings }), refused(CheckpointError, message));
    expect(existsSync(`${blob}.relata.incomplete`)).toBe(false);
    hub.storeFaults.clear();
    await check(pull(hub.id, { settings }), whole);
  });

  it("in a small file, known by git's hash", async () => {
    hub.hubFaults.set("config.json", always(body('{"model_type":"evil"}\n')));
    await check(pull(hub.id, { settings }), refused(CheckpointError, /config\.json: .* git-sha1/));
  });

  it("after a cut, in the rest", async () => {
    const evilRest: Fault = (answer) => Object.assign(answer, { body: noise(answer.body.byteLength, "evil") });
    hub.storeFaults.set(name, [cut(400_000), evilRest]);
    await check(pull(hub.id, { settings }), refused(CheckpointError, "sha256"));
  });

  it("a length that the list of files lies about", async () => {
    hub.changeTree = (entries) =>
      entries.map((entry) => (entry.lfs ? { ...entry, lfs: { ...entry.lfs, size: entry.size + 9 } } : entry));
    await check(pull(hub.id, { settings }), refused(CheckpointError, "bytes, found"));
  });

  it("a hash that the hub itself tells otherwise, before a byte is downloaded", async () => {
    const otherEtag: Fault = ({ headers }) => (headers["x-linked-etag"] = `"${"e".repeat(64)}"`);
    hub.hubFaults.set(name, [otherEtag]);
    await check(pull(hub.id, { settings }), refused(CheckpointError, "of its list, found eeee"));
  });

  it("in place of the hub's JSON", async () => {
    hub.hubFaults.set("revision", [body("<html>Please log in</html>", { "content-type": "text/html" })]);
    await check(pull(hub.id, { settings }), refused(UnavailableError, "expected the JSON of a hub"));
  });

  it("a part of a file at the wrong place", async () => {
    const shifted: Fault = ({ headers, body }) =>
      (headers["content-range"] = `bytes ${weightBytes - body.byteLength + 1}-${weightBytes - 1}/${weightBytes}`);
    hub.storeFaults.set(name, [cut(400_000), ...always(shifted)]);
    await check(pull(hub.id, { settings }), refused(TryAgainError, "with others"));
  });

  function endless(): Fault {
    return (answer) => {
      Object.assign(answer, {
        status: 200,
        headers: { "transfer-encoding": "chunked" },
        body: noise(3 * weightBytes, "endless"),
      });
    };
  }
});
