// Processes that are started again whenever they end, as systemd or Kubernetes do, until they are no longer wanted.
import { spawn } from "node:child_process";

/** Milliseconds before a process that ended is started again. */
const pause = 200;

export class Kept {
  #start;
  #child;
  #isWanted = true;
  #ended;
  starts = 0;

  /**
   * @param command the program and its arguments
   * @param isDone whether a process that ended with this exit code is not to be started again
   */
  constructor(command, { isDone = () => false } = {}) {
    this.#ended = new Promise((resolve) => {
      this.#start = () => {
        this.starts++;
        const [program, ...args] = command;
        this.#child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
        let said = "";
        this.#child.stderr.on("data", (text) => (said = (said + text).slice(-4000)));
        this.#child.on("exit", (code, signal) => {
          if (!this.#isWanted || (signal === null && isDone(code))) resolve({ code, said });
          else setTimeout(() => (this.#isWanted ? this.#start() : resolve({ code, said })), pause);
        });
      };
    });
    this.#start();
  }

  /** Resolves when it has ended and is not started again. */
  get ended() {
    return this.#ended;
  }

  kill() {
    this.#child.kill("SIGKILL");
  }

  /** Ends it for good. */
  async stop() {
    this.#isWanted = false;
    this.#child.kill("SIGKILL");
    await this.#ended;
  }
}
