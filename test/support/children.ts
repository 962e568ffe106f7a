// The processes that this one started, as `ps` lists them.
import { execFileSync } from "node:child_process";

/** Process ids of the children whose command line has this word, the latest last. */
export const childrenOf = (word: string): number[] =>
  execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(word))
    .map((line) => Number(line.trim().split(" ")[0]));
