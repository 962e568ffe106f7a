// Two processes that pull the same model, and one that is killed.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HubStandIn } from "../../../test/support/hub-stand-in.ts";
import type { Fault } from "../../../test/support/hub-stand-in.ts";
import { neededFiles, weightBytes } from "../../../test/support/tiny-hub-model.ts";

const script = fileURLToPath(new URL("../../../test/support/pull-process.js", import.meta.url));
const name = "model.safetensors";
let hub: HubStandIn;
let home: string;

beforeAll(async () => {
  hub = await HubStandIn.start(neededFiles);
  home = mkdtempSync(join(tmpdir(), "relata-hub-"));
});

afterAll(async () => {
  await hub.close();
  rmSync(home, { recursive: true });
});

interface Said {
  readonly type: string;
  readonly file?: string;
  readonly bytes?: number;
  readonly cached?: boolean;
  readonly folder?: string;
}

interface Puller {
  readonly child: ChildProcess;
  readonly said: Said[];
  /** Resolves when this has been said. */
  readonly until: (what: (said: Said) => boolean) => Promise<Said>;
}

function puller(): Puller {
  const inherited = Object.entries(process.env).filter(([key]) => !/^(?:HF|HUGGING|TRANSFORMERS)_?/.test(key));
  const env = { ...Object.fromEntries(inherited), HF_ENDPOINT: hub.endpoint, HF_HOME: home };
  const child = spawn(process.execPath, [script, hub.id], { env, stdio: ["pipe", "pipe", "inherit"] });
  const said: Said[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    said.push(JSON.parse(line) as Said);
    for (const look of waiting) look();
  });
  const until = (what: (said: Said) => boolean): Promise<Said> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = said.find(what);
        if (found) resolve(found);
      };
      waiting.add(look);
      child.on("exit", (code, signal) => reject(new Error(`ended (${code ?? signal}) after ${JSON.stringify(said)}`)));
      look();
    });
  return { child, said, until };
}

const is = (type: string) => (said: Said) => said.type === type;
const slowly: Fault = (answer) => Object.assign(answer, { pauseMs: 60 });

test("each byte is downloaded once by two at a time, also when the first is killed in the middle", async () => {
  hub.storeFaults.set(name, [slowly]);
  const first = puller();
  const second = puller();
  for (const { until } of [first, second]) await until(is("ready"));
  first.child.stdin!.write("go\n");
  await first.until((said) => said.type === "progress" && said.file === name && said.bytes! > weightBytes / 4);
  second.child.stdin!.write("go\n");
  expect(await second.until(is("waiting"))).toEqual({ type: "waiting", file: name });
  first.child.kill("SIGKILL");

  const { folder } = await second.until(is("done"));
  expect(readFileSync(join(folder!, name)).equals(Buffer.from(neededFiles[name]!))).toBe(true);
  const [begun, resumed, ...others] = hub.downloads(name).filter(({ at }) => at === "store");
  expect(others).toEqual([]);
  expect(begun!.range).toBeUndefined();
  expect(Number(/=(\d+)-/.exec(resumed!.range!)![1])).toBeGreaterThan(weightBytes / 4);
  expect(readdirSync(join(home, "hub/.locks/models--studio--tiny-luke"))).toEqual([]);
  for (const [file, { length }] of Object.entries(neededFiles)) {
    if (file !== name) expect(hub.downloads(file).filter(({ at }) => at === "hub")).toHaveLength(length > 0 ? 1 : 0);
  }
});

test("both have the whole model", async () => {
  rmSync(join(home, "hub"), { recursive: true });
  hub.bytesSent.clear();
  hub.storeFaults.set(name, [slowly]);
  const both = [puller(), puller()];
  for (const { until } of both) await until(is("ready"));
  for (const { child } of both) child.stdin!.write("go\n");
  const folders = await Promise.all(both.map(async ({ until }) => (await until(is("done"))).folder!));
  expect(folders[0]).toBe(folders[1]);
  for (const [file, content] of Object.entries(neededFiles)) {
    expect(readFileSync(join(folders[0]!, file)).equals(Buffer.from(content))).toBe(true);
    expect(hub.bytesSent.get(file) ?? 0).toBe(Buffer.from(content).byteLength);
  }
});
