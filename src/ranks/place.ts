import { UsageError } from "../errors.ts";
import { flagOf } from "../settings.ts";
import { rankFields, type RankSettings } from "./settings.ts";

/** Processes that one command starts on its own machine. */
export interface LocalRanks {
  readonly kind: "local";
  readonly size: number;
}

/** One process of several that were started apart. */
export interface RemoteRank {
  readonly kind: "remote";
  readonly rank: number;
  readonly size: number;
  readonly host: string;
  readonly port: number;
  /** The secret that all ranks share; empty if they are on one machine. */
  readonly token: string;
}

export type RankPlace = LocalRanks | RemoteRank;

type Environment = Readonly<Record<string, string | undefined>>;

export const tokenVariable = "RELATA_RANKS_TOKEN";
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/;

/**
 * Finds the place of this process among the ranks; undefined if it trains alone.
 * @throws UsageError for settings that contradict each other, or an environment that lacks a variable
 */
export function rankPlace(settings: RankSettings, env: Environment = process.env): RankPlace | undefined {
  const { nprocPerNode, rendezvous, rank, worldSize } = settings;
  if (rendezvous === undefined) {
    requireNone(settings, ["rank", "worldSize"], "only with --rendezvous tcp://HOST:PORT");
    if (nprocPerNode !== undefined && nprocPerNode > 1) return { kind: "local", size: nprocPerNode };
    requireNone(settings, ["rankTimeout"], "only with several ranks (--nproc-per-node or --rendezvous)");
    return undefined;
  }
  requireNone(settings, ["nprocPerNode"], "only without --rendezvous, where each process is started apart");
  if (rendezvous === "env://") {
    requireNone(settings, ["rank", "worldSize"], "only with tcp://HOST:PORT: env:// takes both from the environment");
    return remote(placeInEnvironment(env), env);
  }
  if (rank === undefined || worldSize === undefined)
    throw new UsageError(
      `--rendezvous ${rendezvous} needs --rank, the number of this process from 0, and --world-size, how many there are. Give both.`,
    );
  const [, host, port] = /^tcp:\/\/(.+):(\d+)$/.exec(rendezvous)!;
  return remote({ rank, size: worldSize, host: host!, port: Number(port) }, env);
}

function remote(place: Omit<RemoteRank, "kind" | "token">, env: Environment): RemoteRank {
  const { rank, size, host, port } = place;
  if (rank >= size)
    throw new UsageError(`Rank ${rank} of ${size} does not exist: ranks are counted from 0 to ${size - 1}.`);
  if (port < 1 || port > 65_535) throw new UsageError(`The port of the rendezvous is ${port}: expected 1 to 65535.`);
  const token = env[tokenVariable] ?? "";
  if (token === "" && size > 1 && !loopback.test(host))
    throw new UsageError(
      `The ranks meet at ${host}:${port}, where others may connect too. Set ${tokenVariable} to the same long random text for every rank; ` +
        "what they send is not encrypted, so that the network has to be a private one.",
    );
  return { kind: "remote", ...place, host: host.replace(/^\[(.*)\]$/, "$1"), token };
}

/** @throws UsageError that names every variable that is missing */
function placeInEnvironment(env: Environment): Omit<RemoteRank, "kind" | "token"> {
  const number = (...names: readonly string[]): number => {
    const name = names.find((one) => env[one] !== undefined);
    const value = name === undefined ? "" : env[name]!;
    if (/^\d+$/.test(value)) return Number(value);
    throw new UsageError(
      name === undefined
        ? `--rendezvous env:// needs the environment variable ${names.join(" or ")}, which is not set. Start the ranks by torchrun, srun or the like, or use tcp://HOST:PORT.`
        : `--rendezvous env:// reads ${name}, which is "${value}": expected a whole number.`,
    );
  };
  const host = env["MASTER_ADDR"];
  if (!host)
    throw new UsageError(
      "--rendezvous env:// needs the environment variable MASTER_ADDR, the host of rank 0, which is not set.",
    );
  const [rank, size] = [number("RANK", "SLURM_PROCID"), number("WORLD_SIZE", "SLURM_NTASKS")];
  // The agent of torchrun listens at MASTER_PORT itself.
  const port = number("MASTER_PORT") + (env["TORCHELASTIC_USE_AGENT_STORE"] === "True" ? 1 : 0);
  return { rank, size, host, port };
}

function requireNone(settings: RankSettings, keys: readonly (keyof RankSettings)[], when: string): void {
  const given = keys.find((key) => settings[key] !== undefined);
  if (given !== undefined) throw new UsageError(`${flagOf(given)} has a meaning ${when}. Leave it out.`);
}

/** @throws UsageError if settings of several ranks are given to work that one process does */
export function requireOneProcess(settings: Partial<RankSettings>, work: string): void {
  const keys = Object.keys(rankFields) as (keyof RankSettings)[];
  const given = keys.filter((key) => settings[key] !== undefined && !(key === "nprocPerNode" && settings[key] === 1));
  if (given.length === 0) return;
  throw new UsageError(`${work} one process. Leave ${given.map(flagOf).join(" and ")} out.`);
}
