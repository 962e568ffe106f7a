import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { RankLostError } from "../training/rank-lost.ts";
import type { RemoteRank } from "./place.ts";

/** The orders of a process that is one of the ranks of this machine. */
export interface RankOrders {
  readonly place: RemoteRank;
  readonly paths: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
}

const program = fileURLToPath(new URL("../run/rank-process.js", import.meta.url));
const errorCharacters = 2000;

/** The processes of the ranks 1, 2, … on this machine. They end with this process, however it ends. */
export class RankProcesses {
  readonly #children: ChildProcess[];
  #isOver = false;

  /** @param lost is called if one of them ends before `close` */
  constructor(orders: readonly RankOrders[], lost: (error: RankLostError) => void) {
    this.#children = orders.map((order) => this.#start(order, lost));
  }

  /** Ends those that are still there: they have no file open, and one that hangs would hear nothing else. */
  close(): void {
    this.#isOver = true;
    for (const child of this.#children) child.kill("SIGKILL");
  }

  #start(order: RankOrders, lost: (error: RankLostError) => void): ChildProcess {
    const { rank, size } = order.place;
    const child = spawn(process.execPath, [program], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    let errors = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (errors = (errors + text).slice(-errorCharacters)));
    const end = (how: string): void => {
      if (this.#isOver) return;
      const said = errors.trim() === "" ? "" : `, and said: ${errors.trim()}`;
      lost(new RankLostError(rank, `rank ${rank} of ${size} (process ${child.pid ?? "not started"}) ${how}${said}`));
    };
    child.on("error", (error) => end(`could not be run: ${error.message}`));
    child.on("exit", (code, signal) => {
      if (signal === "SIGKILL") end("was killed by SIGKILL, as the system does for want of memory");
      else end(signal ? `was ended by ${signal}` : `ended with exit code ${code}`);
    });
    child.send(order, () => {});
    return child;
  }
}
