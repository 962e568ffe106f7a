import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { UsageError } from "../../errors.ts";
import { quote } from "../checkpoint-error.ts";

/** The hub that models come from, and the cache that keeps them. */
export interface HubSettings {
  /** The address of the hub, without a final slash. */
  readonly endpoint: string;
  /** The token, which is sent to the endpoint's own host only. */
  readonly token: string | undefined;
  /** The folder that holds the folders `models--org--name`. */
  readonly cacheFolder: string;
  /** Whether only the cache is used. */
  readonly offline: boolean;
  /** Milliseconds that a server may be silent. */
  readonly timeoutMs: number;
  /** The pause before the first repetition of a request; it doubles with each. */
  readonly retryDelayMs: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const defaultTimeoutSeconds = 30;

/**
 * Reads the variables of Python's huggingface_hub with its defaults and its order (constants.py): HF_ENDPOINT,
 * HF_TOKEN, HF_TOKEN_PATH, HF_HUB_DISABLE_IMPLICIT_TOKEN, HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE,
 * HF_HUB_DOWNLOAD_TIMEOUT, XDG_CACHE_HOME.
 * @throws UsageError for a value that cannot be used.
 */
export async function readHubSettings(environment: Environment = process.env): Promise<HubSettings> {
  const path = (value: string): string => resolve(expandPath(value, environment));
  const cacheHome = environment["XDG_CACHE_HOME"] ?? join("~", ".cache");
  const home = path(environment["HF_HOME"] ?? join(cacheHome, "huggingface"));
  const cacheFolder = environment["HF_HUB_CACHE"] ?? environment["HUGGINGFACE_HUB_CACHE"] ?? join(home, "hub");
  return {
    endpoint: readEndpoint(environment["HF_ENDPOINT"] || "https://huggingface.co"),
    token: await readToken(environment, path(environment["HF_TOKEN_PATH"] ?? join(home, "token"))),
    cacheFolder: path(cacheFolder),
    offline: isTrue(environment["HF_HUB_OFFLINE"] || environment["TRANSFORMERS_OFFLINE"]),
    timeoutMs: readSeconds("HF_HUB_DOWNLOAD_TIMEOUT", environment) * 1000,
    retryDelayMs: 500,
  };
}

const isTrue = (value: string | undefined): boolean => /^(?:1|on|yes|true)$/i.test(value ?? "");

function readEndpoint(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isPlain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
  if (isPlain) return value.replace(/\/+$/, "");
  // A password in the address must not be shown.
  const shown = url?.username || url?.password ? "an address with a name or a password in it" : quote(value);
  throw new UsageError(`HF_ENDPOINT: expected the address of a hub such as https://huggingface.co, found ${shown}.`);
}

function readSeconds(name: string, environment: Environment): number {
  const value = environment[name];
  if (!value) return defaultTimeoutSeconds;
  const seconds = Number(value);
  if (seconds > 0 && seconds <= 86_400) return seconds;
  throw new UsageError(`${name}: expected seconds, more than 0 and at most 86400, found ${quote(value)}.`);
}

async function readToken(environment: Environment, file: string): Promise<string | undefined> {
  const given = clean(environment["HF_TOKEN"] || environment["HUGGING_FACE_HUB_TOKEN"], "HF_TOKEN");
  if (given !== undefined || isTrue(environment["HF_HUB_DISABLE_IMPLICIT_TOKEN"])) return given;
  const stored = await readFile(file, "utf8").catch(() => undefined); // most users have none
  return clean(stored, file);
}

/** Cleans and checks a token, which no message shows. */
function clean(token: string | undefined, source: string): string | undefined {
  const text = token?.replace(/[\r\n]/g, "").trim();
  if (!text) return undefined;
  if (/^[\x21-\x7e]{1,4096}$/.test(text)) return text;
  throw new UsageError(`${source}: expected a token of printable ASCII characters without spaces, found others.`);
}

/** Expands `~`, `$NAME` and `${NAME}` as Python's expanduser and expandvars do: an unknown name stays as it is. */
function expandPath(path: string, environment: Environment): string {
  const home = environment["HOME"] || homedir();
  return path
    .replace(/^~(?=$|[/\\])/, () => home)
    .replace(/\$(?:(\w+)|\{(\w+)\})/g, (all, plain?: string, braced?: string) => environment[plain ?? braced!] ?? all);
}
