import { buildIfStale } from "../../scripts/build-if-stale.js";
import { startPool } from "./commands/pool.js";
import { softwareGpu } from "./software-gpu.ts";

/** Tests of the command line run the build: it is made once, before any of them, and so are the processes that run it. */
export default async function setup(project) {
  if (!buildIfStale()) throw new Error("src does not compile: run `npm run types`");
  // A process looks for the Vulkan loader where this variable said when it started, as the workers will.
  const { LD_LIBRARY_PATH = "" } = process.env;
  const folders = new Set([...LD_LIBRARY_PATH.split(":"), softwareGpu()?.LD_LIBRARY_PATH].filter(Boolean));
  if (folders.size > 0) process.env.LD_LIBRARY_PATH = [...folders].join(":");
  const pool = await startPool();
  project.provide("commands", pool.path);
  return pool.end;
}
