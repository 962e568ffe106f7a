// relata model pull: how a model arrives from the hub.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tokenizerFileNames } from "../../src/tokenization/tokenizers/tokenizer-files.ts";
import { cut, HubStandIn } from "../support/hub-stand-in.ts";
import { relata, trainModel } from "../support/run-cli.ts";
import { place, model, json } from "../support/model-command.ts";

beforeAll(() => trainModel(place.examples("annotations.jsonlines", 6), place.path("model")));
afterAll(() => place.remove());

describe("pull", () => {
  let hub: HubStandIn;
  const cache = place.path("huggingface");
  const snapshot = (): string => `${cache}/hub/models--studio--tiny-luke/snapshots/${hub.commit}`;
  const variables = Object.fromEntries(
    ["HF_ENDPOINT", "HF_HOME", "HF_HUB_CACHE", "HF_TOKEN"].map((name) => [name, process.env[name]]),
  );

  beforeEach(async () => {
    const names = ["config.json", "relata.json", "model.safetensors", ...tokenizerFileNames.text];
    const files = names.filter((name) => existsSync(place.path(`model/${name}`)));
    hub = await HubStandIn.start(
      Object.fromEntries([...files, "README.md"].map((name) => [name, readFileSync(place.path(`model/${name}`))])),
    );
    for (const name of Object.keys(variables)) delete process.env[name];
    Object.assign(process.env, { HF_ENDPOINT: hub.endpoint, HF_HOME: cache });
  });
  afterEach(async () => {
    await hub.close();
    rmSync(cache, { recursive: true, force: true });
    for (const [name, value] of Object.entries(variables)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  test("is implied by the name of a model: predict fetches it, later it is in the cache, also offline", async () => {
    const ask = () =>
      relata(["predict", hub.id, "--text", "Anna met Ben.", "--span", "0:4", "--span", "9:12"], { cwd: place.folder });
    const first = await ask();
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/^Anna → Ben: {2}\S+ 0\.\d+/);
    expect(first.stderr).toContain("model.safetensors");
    await hub.close();
    process.env["HF_HUB_OFFLINE"] = "1";
    const offline = await ask();
    delete process.env["HF_HUB_OFFLINE"];
    expect(offline).toMatchObject({ code: 0, stdout: first.stdout });
  });

  test("fetches a model, once, and says where it is", async () => {
    const first = await model(["pull", hub.id]);
    expect(first).toMatchObject({ code: 0, stdout: `folder  ${snapshot()}\ncommit  ${hub.commit}\n` });
    expect(first.stderr).toContain(`studio/tiny-luke, revision main, commit ${hub.commit.slice(0, 12)}`);
    expect(first.stderr).toMatch(/^\d+ files, 2\.\d MB$/m);

    const again = await model(["pull", `${hub.id}@${hub.commit}`, "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ folder: snapshot(), commit: hub.commit, source: "hub" });
    expect(again.stderr).toMatch(/model\.safetensors {2}2\.8 MB, from the cache/);
    expect(hub.downloads("model.safetensors").filter(({ at }) => at === "store")).toHaveLength(1);
    expect(hub.downloads("README.md")).toEqual([]);

    expect(await json("info", hub.id)).toMatchObject({ folder: snapshot(), head: "pair" });
  });

  test("looks into the files of the cache, and fetches one that was changed again", async () => {
    await model(["pull", hub.id]);
    const weights = readFileSync(`${snapshot()}/model.safetensors`);
    const changed = Buffer.from(weights);
    changed[weights.length - 1]! ^= 1;
    writeFileSync(`${snapshot()}/model.safetensors`, changed);
    const { code, stderr } = await model(["pull", hub.id]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(
      "model.safetensors: the copy in the cache is not what the hub lists; downloading it again",
    );
    expect(readFileSync(`${snapshot()}/model.safetensors`).equals(weights)).toBe(true);
  });

  test("keeps what has arrived when it is interrupted, and goes on from there", async () => {
    const sent = 2 ** 20;
    hub.storeFaults.set("model.safetensors", [cut(sent)]);
    const stopped = await model(["pull", hub.id], { interruptAt: /model\.safetensors: .*; again in/ });
    expect(stopped).toMatchObject({ code: 130, stdout: "" });
    expect(stopped.stderr).toContain("Stopping; what has arrived is kept, and the same command goes on from there.");

    expect(await model(["pull", hub.id])).toMatchObject({ code: 0 });
    // Data that was on its way when the connection ended may be lost.
    const arrived = Number(/^bytes=(\d+)-$/.exec(hub.downloads("model.safetensors").at(-1)!.range ?? "")?.[1]);
    expect(arrived).toBeGreaterThan(sent / 2);
    expect(arrived).toBeLessThanOrEqual(sent);
    expect(await model(["verify", snapshot()])).toMatchObject({ code: 0 });
  });

  test("refuses what is no model of the hub", async () => {
    expect(await model(["pull", "./model"])).toMatchObject({
      code: 64,
      stdout: "",
      stderr: expect.stringContaining("expected org/name or org/name@revision") as string,
    });
    expect(await model(["pull", "studio/other"])).toMatchObject({ code: 66, stdout: "" });
  });
});
