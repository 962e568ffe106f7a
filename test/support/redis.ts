// Redis or Valkey for tests of queues, started on a port of its own. Where no server or client is installed, the tests are
// skipped, and say so.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { freePort } from "./ranks.ts";

const server = ["redis-server", "valkey-server"].find((name) => spawnSync(name, ["--version"]).status === 0);
const { resolve } = createRequire(import.meta.url);
const packages = ["bullmq", "ioredis"].filter((name) => {
  try {
    return resolve(name) === "";
  } catch {
    return true;
  }
});

/** The reason for which nothing can be tested with a queue; undefined if it can. */
export const noQueue: string | undefined =
  server === undefined
    ? "neither redis-server nor valkey-server is installed"
    : packages.length > 0
      ? `${packages.join(" and ")} are not installed`
      : undefined;
if (noQueue !== undefined) console.warn(`SKIPPED, tests of queues: ${noQueue}`);

/** A server that keeps nothing on disk, or if asked every write. */
export class Redis {
  readonly url: string;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, args: readonly string[]) {
    this.url = `redis://127.0.0.1:${port}`;
    this.#args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", ...args];
  }

  static async start(folder: string, { keeps = false }: { readonly keeps?: boolean } = {}): Promise<Redis> {
    const append = keeps ? ["--appendonly", "yes", "--appendfsync", "always"] : [];
    const redis = new Redis(await freePort(), ["--dir", folder, ...append]);
    await redis.restart();
    return redis;
  }

  /** Starts the server once more, under the same address. */
  async restart(): Promise<void> {
    const child = spawn(server!, this.#args);
    this.#process = child;
    for await (const text of child.stdout) if (/ready to accept connections/i.test(String(text))) break;
  }

  /** Ends the server by SIGKILL, if it runs. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    this.#process = undefined;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}
