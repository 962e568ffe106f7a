// Covers the refusals of a hub, and the places that the token is sent to.
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, test } from "vitest";
import { digestOf, status, type Fault } from "../../../test/support/hub-stand-in.ts";
import { neededFiles, pull } from "../../../test/support/tiny-hub-model.ts";
import { InputMissingError, UnavailableError } from "../../errors.ts";
import {
  hub,
  cacheFolder,
  settings,
  blob,
  check,
  whole,
  refused,
  useHub,
  useToken,
} from "../../../test/support/hub-pulls.ts";

useHub();

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
  beforeEach(() => useToken("hf_secret"));

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
