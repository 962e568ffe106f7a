import { randomBytes } from "node:crypto";
import { UsageError } from "../errors.ts";
import { RankProcesses } from "./launch.ts";
import type { RankPlace } from "./place.ts";
import { RootGroup } from "./root.ts";
import { usualTimeout, type RankSettings } from "./settings.ts";

/** Milliseconds in which the end of a process is noticed after that of its connection. */
const explainTime = 1000;

export const timeoutOf = ({ rankTimeout = usualTimeout }: Pick<RankSettings, "rankTimeout">): number =>
  rankTimeout * 1000;

/** Rank 0 of a run, with the processes of the others if they are on this machine. */
export interface RootOfRun {
  readonly group: RootGroup;
  /** Ends all ranks; with an error, they learn why. */
  close(error?: unknown): void;
}

/**
 * Begins a run of several ranks as rank 0: starts the others on this machine, or waits for them.
 * @throws UsageError for a device that ranks cannot share
 */
export async function beginAsRoot(
  place: RankPlace,
  paths: readonly string[],
  settings: RankSettings & { readonly device: string },
): Promise<RootOfRun> {
  if (settings.device !== "cpu")
    throw new UsageError(
      `Several ranks train on the CPU, and --device is ${settings.device}: which rank takes which GPU is not settled yet. Leave --device out, or train by one process.`,
    );
  const timeout = timeoutOf(settings);
  const shared = { size: place.size, timeout, settings: { ...settings } };
  if (place.kind === "remote") {
    const group = await RootGroup.listen({ ...shared, ...place });
    return { group, close: (error) => group.close(error) };
  }
  const host = "127.0.0.1";
  // Other users of this machine can connect as well.
  const token = randomBytes(32).toString("hex");
  const group = await RootGroup.listen({ ...shared, host, port: 0, token, explainTime });
  const orders = Array.from({ length: place.size - 1 }, (_, i) => ({
    place: { kind: "remote" as const, rank: i + 1, size: place.size, host, port: group.port, token },
    paths,
    timeout,
  }));
  const processes = new RankProcesses(orders, (error) => group.fail(error));
  return {
    group,
    close(error) {
      group.close(error);
      processes.close();
    },
  };
}
