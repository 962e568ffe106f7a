import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { UsageError } from "../../errors.ts";
import { readHubSettings } from "./settings.ts";

const home = mkdtempSync(join(tmpdir(), "relata-home-"));
afterAll(() => rmSync(home, { recursive: true }));
writeFileSync(join(home, "token"), "hf_stored\n");

test("nothing set: the real hub, Python's cache folder, online, no token", async () => {
  expect(await readHubSettings({ HOME: home })).toEqual({
    endpoint: "https://huggingface.co",
    token: undefined,
    cacheFolder: join(home, ".cache/huggingface/hub"),
    offline: false,
    timeoutMs: 30_000,
    retryDelayMs: 500,
  });
});

test.each([
  [{ HF_HOME: "/data/hf" }, "/data/hf/hub"],
  [{ HF_HOME: "~/hf" }, join(home, "hf/hub")],
  [{ HF_HOME: "$DATA/hf", DATA: "/data" }, "/data/hf/hub"],
  [{ HF_HOME: "/x/${DATA}/$UNKNOWN", DATA: "d" }, "/x/d/$UNKNOWN/hub"],
  [{ XDG_CACHE_HOME: "/xdg" }, "/xdg/huggingface/hub"],
  [{ HF_HOME: "/data/hf", HF_HUB_CACHE: "/cache" }, "/cache"],
  [{ HUGGINGFACE_HUB_CACHE: "/old", HF_HOME: "/data" }, "/old"],
  [{ HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "/new" }, "/new"],
])("the cache of %j is %s", async (environment, expected) => {
  expect((await readHubSettings({ HOME: home, ...environment })).cacheFolder).toBe(expected);
});

test.each([
  [{ HF_TOKEN: " hf_given\r\n", HF_HOME: home }, "hf_given"],
  [{ HUGGING_FACE_HUB_TOKEN: "hf_old" }, "hf_old"],
  [{ HF_HOME: home }, "hf_stored"],
  [{ HF_TOKEN: "", HF_HOME: home }, "hf_stored"],
  [{ HF_TOKEN_PATH: join(home, "token") }, "hf_stored"],
  [{ HF_TOKEN_PATH: join(home, "none"), HF_HOME: home }, undefined],
  [{ HF_HOME: home, HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" }, undefined],
])("the token of %j is %s", async (environment, expected) => {
  expect((await readHubSettings({ HOME: "/none", ...environment })).token).toBe(expected);
});

test.each([
  ["1", true],
  ["ON", true],
  ["yes", true],
  ["True", true],
  ["0", false],
  ["", false],
  ["off", false],
])("HF_HUB_OFFLINE=%s is %s", async (HF_HUB_OFFLINE, expected) => {
  expect((await readHubSettings({ HF_HUB_OFFLINE })).offline).toBe(expected);
});

test("the endpoint loses its final slash and keeps its path", async () => {
  const { endpoint } = await readHubSettings({ HF_ENDPOINT: "https://mirror.example/api/hf/" });
  expect(endpoint).toBe("https://mirror.example/api/hf");
});

test.each([
  [{ HF_ENDPOINT: "mirror" }, "HF_ENDPOINT"],
  [{ HF_ENDPOINT: "file:///etc" }, "HF_ENDPOINT"],
  [{ HF_ENDPOINT: "https://me:secret@mirror.example" }, "HF_ENDPOINT"],
  [{ HF_TOKEN: "hf secret" }, "HF_TOKEN"],
  [{ HF_TOKEN: "hf_secret\u{1f600}" }, "HF_TOKEN"],
  [{ HF_HUB_DOWNLOAD_TIMEOUT: "-1" }, "HF_HUB_DOWNLOAD_TIMEOUT"],
  [{ HF_HUB_DOWNLOAD_TIMEOUT: "soon" }, "HF_HUB_DOWNLOAD_TIMEOUT"],
])("%j is refused, and secrets are not shown", async (environment, name) => {
  const error: unknown = await readHubSettings(environment).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as Error).message).toContain(name);
  expect((error as Error).message).not.toContain("secret");
});
