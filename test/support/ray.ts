// Recipes for Ray, run on a cluster of two nodes on this machine. They need a Python with ray==2.58.0, named in
// RELATA_RAY_PYTHON: python3 -m venv ray && ray/bin/pip install ray==2.58.0.
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const python = process.env["RELATA_RAY_PYTHON"];
export const hasRay = python !== undefined;
if (!hasRay) console.warn("SKIPPED, tests on Ray: RELATA_RAY_PYTHON names no Python");

export interface OnRay {
  /** A recipe below deploy/. */
  readonly recipe: string;
  /** Its words, to which the address of the cluster and the command of Relata are added as flags. */
  readonly args: readonly string[];
  /** Words after `--`. */
  readonly passed?: readonly string[];
  /** Cores of each node. */
  readonly cores?: number;
  /** Kills a node once so many files match a pattern. */
  readonly killAfter?: { readonly count: number; readonly pattern: string };
}

export interface RayOutcome {
  readonly code: number;
  /** How many files matched when the node was killed. */
  readonly doneAtKill: number | null;
  /** Standard error. */
  readonly said: string;
}

/** Runs a recipe on two nodes, from its start to its end. */
export async function onTwoNodes({ recipe, args, passed, cores = 2, killAfter }: OnRay): Promise<RayOutcome> {
  const relata = `${process.execPath} ${at("../../bin/relata.js")}`;
  const command = [at(`../../deploy/${recipe}`), ...args, "--relata", relata, "--address", "ADDRESS"];
  const kill = killAfter ? [String(killAfter.count), killAfter.pattern] : ["0", ""];
  const words = [at("./ray_cluster.py"), String(cores), ...kill, python!, ...command];
  const child = spawn(python!, passed ? [...words, "--", ...passed] : words, { timeout: 420_000 });
  const [stdout, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const outcome = /^\{"code".*$/m.exec(stdout)?.[0];
  if (outcome === undefined) throw new Error(`the cluster did not end by itself: ${said.slice(-2000)}`);
  return { ...(JSON.parse(outcome) as { code: number; doneAtKill: number | null }), said };
}
