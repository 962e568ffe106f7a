import { buildIfStale } from "../../scripts/build-if-stale.js";
import { startPool } from "./commands/pool.js";

/** Tests of the command line run the build: it is made once, before any of them, and so are the processes that run it. */
export default async function setup(project) {
  if (!buildIfStale()) throw new Error("src does not compile: run `npm run types`");
  const pool = await startPool();
  project.provide("commands", pool.path);
  return pool.end;
}
