// Pulls from a stand-in of the hub into a cache of their own, and the two ways that they may end.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import { digestOf, HubStandIn } from "./hub-stand-in.ts";
import { neededFiles, pull, settingsFor } from "./tiny-hub-model.ts";
import { UnavailableError, UserError } from "../../src/errors.ts";
import type { PullEvent } from "../../src/model/hub/pull.ts";
import type { HubSettings } from "../../src/model/hub/settings.ts";

export const weights = Buffer.from(neededFiles["model.safetensors"]!);
export const name = "model.safetensors";
export let hub: HubStandIn;
export let cacheFolder: string;
export let settings: HubSettings;
export let blob: string;

/** Starts a stand-in of the hub and an empty cache before each test, and removes them after it. */
export function useHub(): void {
  beforeEach(async () => {
    hub = await HubStandIn.start(neededFiles);
    cacheFolder = mkdtempSync(join(tmpdir(), "relata-hub-"));
    settings = settingsFor(hub.endpoint, cacheFolder);
    blob = join(cacheFolder, "models--studio--tiny-luke/blobs", digestOf(weights));
  });
  afterEach(async () => {
    await hub.close();
    rmSync(cacheFolder, { recursive: true });
  });
}

/** Sets the token that the hub asks for and the pulls send. */
export function useToken(token: string): void {
  hub.token = token;
  settings = { ...settings, token };
}

type Pulling = ReturnType<typeof pull>;
type UserErrorClass = abstract new (...args: never[]) => UserError;
export const check = <T>(pulling: Pulling, outcome: (pulling: Pulling) => Promise<T>): Promise<T> => outcome(pulling);

export async function whole(pulling: Pulling): Promise<PullEvent[]> {
  const { model, events } = await pulling;
  expect(readFileSync(join(model.folder, name)).equals(weights)).toBe(true);
  expect(existsSync(`${blob}.relata.incomplete`)).toBe(false);
  return events;
}

/** Expects a clear error, without the token in it, and no model in the cache afterwards. */
export const refused =
  (type: UserErrorClass, message: RegExp | string) =>
  async (pulling: Pulling): Promise<void> => {
    const error: unknown = await pulling.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain("hf_secret");
    expect(existsSync(blob)).toBe(false);
    const offline = pull(hub.id, { settings: { ...settings, offline: true } });
    await expect(offline).rejects.toThrow(UnavailableError);
  };
