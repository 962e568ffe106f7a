// Runs the command lines of all test files in a few processes that stay; test files ask by a socket.
import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const hostFile = fileURLToPath(new URL("./host.js", import.meta.url));
/** As many command lines at once as test files. */
const mostHosts = 2;
/** After so many commands a new process takes the place of a host, so that memory cannot grow without end. */
const commandsPerHost = 150;
/** Milliseconds that a command may take. */
const longest = 280_000;

class Host {
  #child = fork(hostFile, { stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] });
  #ended = new Promise((resolve) => this.#child.on("close", (code, endedBy) => resolve({ code, endedBy })));
  commands = 0;
  isGone = false;

  /** Runs a command; its output is all that comes before the mark that the host writes behind it. */
  async run(request) {
    this.commands++;
    const mark = `\0${randomUUID()}\0`;
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), longest);
    const [stdout, stderr] = [this.#until(this.#child.stdout, mark), this.#until(this.#child.stderr, mark)];
    const answer = new Promise((resolve) => this.#child.once("message", resolve));
    this.#child.send({ ...request, mark }, () => {});
    const ending = Promise.all([answer, stdout, stderr]).then(([{ code }]) => ({ code, endedBy: null }));
    const result = await Promise.race([ending, this.#ended.then((end) => ((this.isGone = true), end))]);
    clearTimeout(timer);
    return { ...result, stdout: await stdout, stderr: await stderr };
  }

  end() {
    this.isGone = true;
    this.#child.kill("SIGKILL");
    return this.#ended;
  }

  #until(stream, mark) {
    return new Promise((resolve) => {
      const pieces = [];
      const finish = () => {
        stream.off("data", take);
        const said = Buffer.concat(pieces).toString("utf8");
        resolve(said.endsWith(mark) ? said.slice(0, -mark.length) : said);
      };
      const take = (piece) => {
        pieces.push(piece);
        if (Buffer.concat(pieces.slice(-2)).toString("latin1").endsWith(mark)) finish();
      };
      stream.on("data", take);
      void this.#ended.then(finish);
    });
  }
}

/** Starts the pool. Returns the path of its socket and a function that ends it. */
export async function startPool() {
  const folder = mkdtempSync(join(tmpdir(), "relata-commands-"));
  const path = join(folder, "socket");
  const hosts = new Set();
  const idle = [];
  const waiting = [];
  const take = async () => {
    const host = idle.pop();
    if (host) return host;
    if (hosts.size >= mostHosts) return new Promise((resolve) => waiting.push(resolve));
    const one = new Host();
    hosts.add(one);
    return one;
  };
  const giveBack = (host) => {
    let next = host;
    if (host.isGone || host.commands >= commandsPerHost) {
      hosts.delete(host);
      void host.end();
      if (waiting.length === 0) return;
      hosts.add((next = new Host()));
    }
    const resolve = waiting.shift();
    if (resolve) resolve(next);
    else idle.push(next);
  };
  const server = createServer(async (socket) => {
    socket.on("error", () => {}); // a test that ended does not read its answer
    const [line] = await once(createInterface(socket), "line");
    const request = JSON.parse(line);
    const host = await take();
    const result = await host.run(request);
    giveBack(host);
    socket.end(JSON.stringify(result));
  });
  await new Promise((resolve) => server.listen(path, resolve));
  const end = async () => {
    server.close();
    await Promise.all([...hosts].map((host) => host.end()));
    rmSync(folder, { recursive: true });
  };
  return { path, end };
}
