import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digestOf, HubStandIn } from "../../../test/support/hub-stand-in.ts";
import {
  neededFiles,
  noise,
  pull,
  settingsFor,
  unneededFiles,
  weightBytes,
} from "../../../test/support/tiny-hub-model.ts";
import { InputMissingError, TryAgainError, UnavailableError } from "../../errors.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import { ModelCache } from "./cache.ts";
import type { HubSettings } from "./settings.ts";

let hub: HubStandIn;
let cacheFolder: string;
let settings: HubSettings;
let modelFolder: string;

beforeEach(async () => {
  hub = await HubStandIn.start({ ...unneededFiles, ...neededFiles });
  cacheFolder = mkdtempSync(join(tmpdir(), "relata-hub-"));
  settings = settingsFor(hub.endpoint, cacheFolder);
  modelFolder = join(cacheFolder, "models--studio--tiny-luke");
});

afterEach(async () => {
  await hub.close();
  rmSync(cacheFolder, { recursive: true });
});

/** By name, the digest of each: comparing megabytes takes vitest seconds. */
const digests = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, digestOf(readFileSync(join(folder, name)))]));
const digestsOf = (files: Readonly<Record<string, string | Uint8Array>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [name, digestOf(Buffer.from(content))]));

describe("pullModel", () => {
  it("pulls the files that are needed, and no others, into Python's layout", async () => {
    const { model, events } = await pull(hub.id, { settings });
    expect(model).toEqual({ folder: join(modelFolder, "snapshots", hub.commit), commit: hub.commit, source: "hub" });
    expect(digests(model.folder)).toEqual(digestsOf(neededFiles));
    const blobs = Object.values(neededFiles).map((content) => digestOf(Buffer.from(content)));
    expect(readdirSync(join(modelFolder, "blobs")).sort()).toEqual(blobs.sort());
    const config = digestOf(Buffer.from(neededFiles["config.json"]!));
    expect(readlinkSync(join(model.folder, "config.json"))).toBe(`../../blobs/${config}`);
    expect(readFileSync(join(modelFolder, "refs/main"), "utf8")).toBe(hub.commit);
    expect(readdirSync(join(cacheFolder, ".locks/models--studio--tiny-luke"))).toEqual([]);
    expect(events[0]).toEqual({ type: "resolved", model: hub.id, revision: "main", commit: hub.commit });
    const plan = events.find(({ type }) => type === "plan");
    expect(plan).toMatchObject({ files: expect.arrayContaining([{ name: "model.safetensors", bytes: weightBytes }]) });
    const progress = events.filter((event) => event.type === "progress" && event.file === "model.safetensors");
    expect(progress.at(-1)).toMatchObject({ bytes: weightBytes, totalBytes: weightBytes });
    expect(progress.length).toBeGreaterThan(2);
  });

  it("downloads nothing twice, not even for another commit with some of the same files", async () => {
    await pull(hub.id, { settings });
    hub.seen.length = 0;
    const { events } = await pull(hub.id, { settings, verify: true });
    expect(hub.seen.filter(({ file }) => file !== undefined)).toEqual([]);
    expect(events.filter(({ type }) => type === "file")).toHaveLength(Object.keys(neededFiles).length);
    expect(events.every((event) => event.type !== "file" || event.cached)).toBe(true);

    hub.commit = hub.commit.replaceAll(/./g, "b");
    hub.files.set("config.json", Buffer.from("{}"));
    const { model } = await pull(hub.id, { settings });
    expect(hub.seen.filter(({ file }) => file !== undefined).map(({ file }) => file)).toEqual(["config.json"]);
    expect(digests(model.folder)).toEqual(digestsOf({ ...neededFiles, "config.json": "{}" }));
    expect(readFileSync(join(modelFolder, "refs/main"), "utf8")).toBe(hub.commit);
    expect(readdirSync(join(modelFolder, "snapshots"))).toHaveLength(2);
  });

  it("takes a pinned commit as it is and keeps no name for it", async () => {
    const { model } = await pull(`${hub.id}@${hub.commit}`, { settings });
    expect(model.commit).toBe(hub.commit);
    expect(hub.seen.some(({ path }) => path.includes("/revision/"))).toBe(false);
    expect(existsSync(join(modelFolder, "refs"))).toBe(false);
  });

  it("reads a list of files in pages", async () => {
    hub.pageSize = 2;
    const { model } = await pull(hub.id, { settings });
    expect(digests(model.folder)).toEqual(digestsOf(neededFiles));
    expect(hub.seen.filter(({ path }) => path.includes("/tree/")).length).toBeGreaterThan(3);
  });

  it("takes shards by their index, and torch's pickles only where there is no safetensors", async () => {
    const shards = { "model-1.safetensors": noise(3_000, "1"), "model-2.safetensors": noise(900, "2") };
    hub.files.delete("model.safetensors");
    for (const [name, content] of Object.entries(shards)) hub.files.set(name, content);
    const map = { a: "model-2.safetensors", b: "model-1.safetensors", c: "model-1.safetensors" };
    hub.files.set("model.safetensors.index.json", Buffer.from(JSON.stringify({ weight_map: map })));
    const sharded = await pull(hub.id, { settings });
    expect(Object.keys(digests(sharded.model.folder))).toEqual(expect.arrayContaining(Object.keys(shards)));
    expect(existsSync(join(sharded.model.folder, "pytorch_model.bin"))).toBe(false);

    hub.files.delete("model.safetensors.index.json");
    const torch = await pull(`${hub.id}@${(hub.commit = "c".repeat(40))}`, { settings });
    expect(existsSync(join(torch.model.folder, "pytorch_model.bin"))).toBe(true);
  });

  it("refuses an index or a list of files with a name that leads elsewhere", async () => {
    hub.files.delete("model.safetensors");
    const index = JSON.stringify({ weight_map: { a: "../../../../outside.safetensors" } });
    hub.files.set("model.safetensors.index.json", Buffer.from(index));
    await expect(pull(hub.id, { settings })).rejects.toThrow(/names of files in the same folder.*outside/);

    rmSync(modelFolder, { recursive: true });
    hub.files.set("model.safetensors", noise(10, "x"));
    for (const name of ["../config.json", "a/../../b", "/etc/passwd", "..\\b", "C:\\b", "c:b", "a//b", "b\0"]) {
      hub.changeTree = ([first, ...others]) => [{ ...first!, path: name }, ...others];
      hub.seen.length = 0;
      const refused = pull(hub.id, { settings });
      await expect(refused).rejects.toThrow(CheckpointError);
      await expect(refused).rejects.toThrow("names that stay in the model's folder");
      expect(hub.seen.every(({ file }) => file === undefined)).toBe(true);
    }
    expect(existsSync(modelFolder)).toBe(false);
  });

  it("refuses what is no model of transformers, before anything is downloaded", async () => {
    for (const name of ["config.json", "vocab.json", "model.safetensors", "pytorch_model.bin"]) hub.files.delete(name);
    const refused = pull(hub.id, { settings });
    await expect(refused).rejects.toThrow("found no config.json, no model.safetensors, no tokenizer.json");
    expect(hub.seen.every(({ file }) => file === undefined)).toBe(true);
  });

  it("refuses a list without hashes, and a commit that is none", async () => {
    hub.changeTree = (entries) => entries.map((entry) => ({ ...entry, oid: "x" }));
    await expect(pull(hub.id, { settings })).rejects.toThrow(CheckpointError);
    hub.commit = "../../x";
    await expect(pull(hub.id, { settings })).rejects.toThrow("the full hash of a commit");
  });

  it("stops when it is told to, and goes on where it was", async () => {
    const controller = new AbortController();
    const stopped = pull(hub.id, {
      settings,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === "progress" && event.file === "model.safetensors" && event.bytes > 2 ** 18)
          controller.abort();
      },
    });
    await expect(stopped).rejects.toThrow(controller.signal.reason as Error);
    expect(existsSync(join(modelFolder, "refs/main"))).toBe(false);
    const { model } = await pull(hub.id, { settings });
    const range = hub.downloads("model.safetensors").at(-1)!.range!;
    expect(Number(range.slice("bytes=".length, -1))).toBeGreaterThan(2 ** 18);
    expect(digests(model.folder)).toEqual(digestsOf(neededFiles));
  });
});

describe("the cache", () => {
  it("answers alone while offline, for branch and commit", async () => {
    await pull(hub.id, { settings });
    hub.seen.length = 0;
    const offline = { ...settings, offline: true };
    for (const reference of [hub.id, `${hub.id}@${hub.commit}`]) {
      const { model, events } = await pull(reference, { settings: offline });
      expect(model).toEqual({
        folder: join(modelFolder, "snapshots", hub.commit),
        commit: hub.commit,
        source: "cache",
      });
      expect(events).toEqual([]);
    }
    expect(hub.seen).toEqual([]);
  });

  it("refuses offline what is not in it, or only in part", async () => {
    const offline = { ...settings, offline: true };
    await expect(pull(hub.id, { settings: offline })).rejects.toThrow(UnavailableError);
    await expect(pull(`${hub.id}@v2`, { settings: offline })).rejects.toThrow(`${hub.id}@v2 is not in it`);
    const { model } = await pull(hub.id, { settings });
    rmSync(join(modelFolder, "blobs", digestOf(Buffer.from(neededFiles["model.safetensors"]!))));
    const refused = pull(hub.id, { settings: offline });
    await expect(refused).rejects.toThrow(UnavailableError);
    await expect(refused).rejects.toThrow(/only a part of .* no model\.safetensors/);
    expect(readdirSync(model.folder)).toContain("model.safetensors"); // a link that leads nowhere
    expect(hub.seen.length).toBeGreaterThan(0);
  });

  it("stands in for a hub that cannot be reached, if that is wanted and it holds the model", async () => {
    const closed = await HubStandIn.start({});
    await closed.close();
    const away = { ...settings, endpoint: closed.endpoint };
    await expect(pull(hub.id, { settings: away, cacheIfUnreachable: true })).rejects.toThrow(TryAgainError);
    await pull(hub.id, { settings });
    await expect(pull(hub.id, { settings: away })).rejects.toThrow(TryAgainError);
    const { model, events } = await pull(hub.id, { settings: away, cacheIfUnreachable: true });
    expect(model.source).toBe("cache");
    expect(events).toMatchObject([{ type: "unreachable", reason: expect.stringContaining("cannot be reached") }]);
    const refused = pull("studio/other", { settings, cacheIfUnreachable: true });
    await expect(refused).rejects.toThrow(InputMissingError);
  });

  it("uses what Python left: blobs with links, and files in place of links", async () => {
    const weights = Buffer.from(neededFiles["model.safetensors"]!);
    const snapshot = join(modelFolder, "snapshots", hub.commit);
    mkdirSync(snapshot, { recursive: true });
    mkdirSync(join(modelFolder, "blobs"));
    writeFileSync(join(modelFolder, "blobs", digestOf(weights)), weights);
    symlinkSync(`../../blobs/${digestOf(weights)}`, join(snapshot, "model.safetensors"));
    writeFileSync(join(snapshot, "config.json"), neededFiles["config.json"]!);
    writeFileSync(
      join(modelFolder, "blobs", digestOf(Buffer.from(neededFiles["vocab.json"]!))),
      neededFiles["vocab.json"]!,
    );
    await pull(hub.id, { settings });
    const downloaded = hub.seen.flatMap(({ file }) => file ?? []);
    expect(downloaded).toContain("merges.txt");
    for (const name of ["model.safetensors", "config.json", "vocab.json"]) expect(downloaded).not.toContain(name);
  });

  it("downloads again what has another size, or other content where that is verified", async () => {
    const { model } = await pull(hub.id, { settings });
    const blob = join(modelFolder, "blobs", digestOf(Buffer.from(neededFiles["model.safetensors"]!)));
    writeFileSync(blob, "half");
    const { events } = await pull(hub.id, { settings });
    expect(events).toContainEqual({ type: "damaged", file: "model.safetensors" });
    expect(digests(model.folder)).toEqual(digestsOf(neededFiles));

    writeFileSync(blob, noise(weightBytes, "other"));
    expect((await pull(hub.id, { settings })).events).not.toContainEqual({
      type: "damaged",
      file: "model.safetensors",
    });
    await pull(hub.id, { settings, verify: true });
    expect(digests(model.folder)).toEqual(digestsOf(neededFiles));
  });

  it.each(["symlink", "hardlink", "copy"] as const)("places a blob by %s", async (kind) => {
    const cache = new ModelCache(cacheFolder, hub.id);
    const file = { name: "a.json", bytes: 2, hash: { algorithm: "git-sha1", digest: "d".repeat(40) } } as const;
    await cache.makeFolders(hub.commit);
    writeFileSync(cache.blob(file), "{}");
    for (let times = 0; times < 2; times++) await cache.place(file, hub.commit, [kind]);
    expect(digests(cache.snapshot(hub.commit))).toEqual(digestsOf({ "a.json": "{}" }));
  });

  it("that cannot be written is told", async () => {
    writeFileSync(join(cacheFolder, "file"), "");
    const refused = pull(hub.id, { settings: { ...settings, cacheFolder: join(cacheFolder, "file") } });
    await expect(refused).rejects.toThrow(UnavailableError);
    await expect(refused).rejects.toThrow("cannot be written");
  });
});
