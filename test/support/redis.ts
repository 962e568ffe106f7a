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

/** A server that keeps nothing on disk. */
export class Redis {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  static async start(folder: string): Promise<Redis> {
    const port = await freePort();
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
    const child = spawn(server!, args);
    for await (const text of child.stdout) if (/ready to accept connections/i.test(String(text))) break;
    return new Redis(`redis://127.0.0.1:${port}`, child);
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
  }
}
