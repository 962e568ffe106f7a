// What a network and a hub can do to a download: each time the model is whole in the end, or nothing of it is used.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { body, cut, digestOf, HubStandIn, status } from "../../../test/support/hub-stand-in.ts";
import type { Fault } from "../../../test/support/hub-stand-in.ts";
import { neededFiles, noise, pull, settingsFor, weightBytes } from "../../../test/support/tiny-hub-model.ts";
import { InputMissingError, TryAgainError, UnavailableError, UserError } from "../../errors.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import type { PullEvent } from "./pull.ts";
import type { HubSettings } from "./settings.ts";

const weights = Buffer.from(neededFiles["model.safetensors"]!);
const name = "model.safetensors";
let hub: HubStandIn;
let cacheFolder: string;
let settings: HubSettings;
let blob: string;

beforeEach(async () => {
  hub = await HubStandIn.start(neededFiles);
  cacheFolder = mkdtempSync(join(tmpdir(), "relata-hub-"));
  settings = settingsFor(hub.endpoint, cacheFolder);
  blob = join(cacheFolder, "models--studio--tiny-luke/blobs", digestOf(weights));
});

afterEach(async () => {
  await hub.close();
  rmSync(cacheFolder, { recursive: true });
});

type Pulling = ReturnType<typeof pull>;
type UserErrorClass = abstract new (...args: never[]) => UserError;

const check = <T>(pulling: Pulling, outcome: (pulling: Pulling) => Promise<T>): Promise<T> => outcome(pulling);

async function whole(pulling: Pulling): Promise<PullEvent[]> {
  const { model, events } = await pulling;
  expect(readFileSync(join(model.folder, name)).equals(weights)).toBe(true);
  expect(existsSync(`${blob}.relata.incomplete`)).toBe(false);
  return events;
}

/** Fails as a person can understand, and whoever looks into the cache afterwards finds no model. */
const refused =
  (type: UserErrorClass, message: RegExp | string) =>
  async (pulling: Pulling): Promise<void> => {
    const error: unknown = await pulling.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain("hf_secret");
    expect(existsSync(blob)).toBe(false);
    const offline = pull(hub.id, { settings: { ...settings, offline: true } });
    await expect(offline).rejects.toThrow(UnavailableError);
  };

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
    await check(pull(hub.id, { settings: { ...settings, retryDelayMs: 5_000 } }), refused(TryAgainError, away));
    expect(performance.now() - start).toBeLessThan(4_000);
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

describe("refusals", () => {
  it.each([
    ["studio/none", undefined, InputMissingError, /There is no model studio\/none at .*, or it is private/],
    ["studio/none", "hf_secret", InputMissingError, /404.*the token that was sent .* does not open it/],
    ["studio/tiny-luke@v9", undefined, InputMissingError, /has no revision "v9"/],
    [`studio/tiny-luke@${"f".repeat(40)}`, undefined, InputMissingError, /has no revision "ffff/],
  ])("%s with token %s", async (reference, token, type, message) => {
    await check(pull(reference, { settings: { ...settings, token } }), refused(type, message));
    expect(existsSync(join(cacheFolder, "models--studio--none"))).toBe(false);
  });

  test.each([
    [
      status(401, { "x-error-message": "Invalid credentials in Authorization header" }),
      "no token was sent: set HF_TOKEN",
    ],
    [status(403), "does not let studio/tiny-luke be read"],
    [status(403, { "x-error-code": "GatedRepo" }), /accepted its terms.*Ask for access at http.*studio\/tiny-luke/],
    [status(451), "cannot be used as it is"],
  ])("of the hub %#", async (fault, message) => {
    hub.hubFaults.set("revision", [fault]);
    await check(pull(hub.id, { settings }), refused(UnavailableError, message));
    hub.hubFaults.set("config.json", [fault]);
    await check(pull(hub.id, { settings }), refused(UnavailableError, message));
  });

  it("a file that is listed and not there", async () => {
    hub.hubFaults.set("merges.txt", [status(404, { "x-error-code": "EntryNotFound" })]);
    await check(pull(hub.id, { settings }), refused(InputMissingError, "lists a file that is not there"));
  });
});

describe("the token", () => {
  beforeEach(() => {
    hub.token = "hf_secret";
    settings = { ...settings, token: "hf_secret" };
  });

  it("goes to the hub with every request, and never to the store", async () => {
    await check(pull(hub.id, { settings }), whole);
    const at = (place: string) => hub.seen.filter((request) => request.at === place);
    expect(at("hub").every(({ authorization }) => authorization === "Bearer hf_secret")).toBe(true);
    expect(at("store")).toHaveLength(2);
    expect(at("store").every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it("goes to no other host, whatever redirects there", async () => {
    // Another host, another port and another name of the same host.
    for (const target of [hub.storeUrl, hub.endpoint.replace("127.0.0.1", "localhost")]) {
      hub.hubFaults.set("config.json", [status(307, { location: `${target}/config.json` })]);
      hub.seen.length = 0;
      await pull(hub.id, { settings }).catch(() => {});
      const foreign = hub.seen.filter(({ path }) => path === "/config.json");
      expect(foreign.length).toBeGreaterThan(0);
      expect(foreign.every(({ authorization }) => authorization === undefined)).toBe(true);
      rmSync(cacheFolder, { recursive: true });
    }
    mkdirSync(cacheFolder);
  });

  it("goes with a redirect inside the hub, as for a renamed model", async () => {
    const path = `/api/models/${hub.id}/revision/main`;
    hub.hubFaults.set("revision", [status(307, { location: path })]);
    await check(pull(hub.id, { settings }), whole);
  });

  it.each([["revision"], ["tree"]])(
    "is not needed by another host that would answer for the hub (%s)",
    async (kind) => {
      hub.hubFaults.set(kind, [status(302, { location: `${hub.storeUrl}/api` })]);
      await check(pull(hub.id, { settings }), refused(UnavailableError, "which is not believed"));
      expect(hub.seen.every(({ at }) => at === "hub")).toBe(true);
    },
  );

  it("does not follow the list's next page to another host", async () => {
    const next: Fault = ({ headers }) => (headers["link"] = `<${hub.storeUrl}/tree/>; rel="next"`);
    hub.hubFaults.set("tree", [next]);
    await check(pull(hub.id, { settings }), refused(UnavailableError, "which is not believed"));
    expect(hub.seen.every(({ at }) => at === "hub")).toBe(true);
  });

  it.each([["file:///etc/passwd"], ["data:text/plain,x"], ["gopher://x"], ["http://[bad"]])(
    "nor does anything follow %s",
    async (location) => {
      hub.hubFaults.set("config.json", [status(302, { location })]);
      await check(pull(hub.id, { settings }), refused(UnavailableError, "no https address"));
    },
  );

  it("redirects without end come to one", async () => {
    const round = status(302, { location: `/${hub.id}/resolve/main/config.json` });
    hub.hubFaults.set(
      "config.json",
      Array.from({ length: 20 }, () => round),
    );
    await check(pull(hub.id, { settings }), refused(UnavailableError, "more than 5 times"));
    expect(readdirSync(join(blob, ".."))).not.toContain(digestOf(Buffer.from(neededFiles["config.json"]!)));
  });
});
