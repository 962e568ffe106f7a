import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const binary = join(root, "bin/relata.js");
const living = new Set();
process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});

export async function until(holds, what, seconds = 120) {
  for (const end = Date.now() + seconds * 1000; ; await pause(5)) {
    const value = await holds();
    if (value) return value;
    if (Date.now() > end) throw new Error(`${what} did not come within ${seconds} s`);
  }
}

/** `relata serve` in a process of its own, as users start it. */
export class Server {
  said = "";
  code;
  constructor(model, args) {
    const flags = ["serve", `mine=${model}`, "--port", "0", "--threads", "1", ...args];
    this.process = spawn(process.execPath, [binary, ...flags], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, RELATA_ADMIN_TOKEN: "admin" },
    });
    living.add(this.process);
    this.process.stderr.setEncoding("utf8").on("data", (part) => (this.said += part));
    this.ended = new Promise((resolve) => {
      this.process.once("exit", (code, signal) => {
        living.delete(this.process);
        this.code = code ?? signal;
        resolve(this.code);
      });
    });
  }

  /** Starts it; with its address, and the seconds until it listened and until it was ready. */
  static async start(model, args = []) {
    const began = performance.now();
    const server = new Server(model, args);
    const says = (words) =>
      until(() => {
        if (server.code !== undefined) throw new Error(server.said);
        return words.exec(server.said);
      }, `${words}`);
    server.url = (await says(/Listening on (\S+)/))[1];
    server.port = Number(new URL(server.url).port);
    server.listening = (performance.now() - began) / 1000;
    await says(/Ready:/);
    server.ready = (performance.now() - began) / 1000;
    return server;
  }

  /** The process of the model. */
  get child() {
    const list = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(this.process.pid)], { encoding: "utf8" });
    const line = list.split("\n").findLast((one) => one.includes("inference-child"));
    return line === undefined ? undefined : Number(line.trim().split(" ")[0]);
  }

  /** Resident memory in MB, of the server or of its model. */
  memory(pid = this.process.pid) {
    return megabytes(pid, "VmRSS");
  }

  /** The part of it that the process took for itself, without files, which the system reads in and drops as it likes. */
  ownMemory(pid = this.process.pid) {
    return megabytes(pid, "RssAnon");
  }

  /** Milliseconds that a process has computed, of the server or of its model. */
  computed(pid = this.process.pid) {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  async metric(name) {
    return (await this.metrics([name]))[0];
  }

  /** Several figures of one answer of /metrics, since those of the event loop begin anew with each. */
  async metrics(names) {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return names.map((name) => figureOf(text, name));
  }

  async stop() {
    this.process.kill("SIGTERM");
    return this.ended;
  }
}

const megabytes = (pid, name) =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1000;

/** The sum of a figure over its labels. */
function figureOf(text, name) {
  const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))].map(([, value]) =>
    Number(value),
  );
  return values.reduce((sum, value) => sum + value, 0);
}
