import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { Fault } from "./fault.ts";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Compares an Authorization header with a token, in a time that depends on neither. */
export function hasToken(header: string | undefined, token: string, allowsBasic = false): boolean {
  const given = /^Bearer (.+)$/i.exec(header ?? "")?.[1] ?? (allowsBasic ? passwordOf(header) : "");
  return timingSafeEqual(digest(given), digest(token));
}

/** The password of HTTP Basic authentication, whatever the user's name is. */
function passwordOf(header: string | undefined): string {
  const encoded = /^Basic ([\w+/=-]+)$/i.exec(header ?? "")?.[1] ?? "";
  return Buffer.from(encoded, "base64")
    .toString()
    .replace(/^[^:]*:/, "");
}

/** @throws Fault 401 unless the header has one of the tokens; no token at all lets everyone in */
export function requireToken(
  header: string | undefined,
  tokens: readonly (string | undefined)[],
  allowsBasic = false,
): void {
  const wanted = tokens.filter((token) => token !== undefined);
  // Every token is compared, so that the time says nothing about which one fits.
  const fits = wanted.map((token) => hasToken(header, token, allowsBasic));
  if (wanted.length === 0 || fits.includes(true)) return;
  const send = allowsBasic
    ? "Give the tool the server's token as the password, with any user name."
    : "Send authorization: Bearer TOKEN.";
  const next =
    header === undefined
      ? send
      : "The token that was sent is not the server's: ask for it where the server was started (RELATA_TOKEN, or RELATA_ADMIN_TOKEN to reload).";
  const scheme = allowsBasic ? 'Basic realm="relata"' : "Bearer";
  throw new Fault(401, `This request needs a token. ${next}`, { "www-authenticate": scheme });
}

const loopback = ["localhost", "127.0.0.1", "[::1]"];

const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || host.startsWith("127.");

/**
 * Refuses names of the server that a loopback address does not have: a page of another site that its name server sends
 * to this machine (DNS rebinding) would ask under its own name.
 * @throws Fault 403
 */
export function requireHost(header: string | undefined, listening: string, allowed: readonly string[]): void {
  if (!isLoopback(listening)) return;
  const name = (header ?? "").replace(/:\d*$/, "").toLowerCase();
  const isOwn = loopback.includes(name) || (isIP(name) === 4 && isLoopback(name)) || allowed.includes(name);
  if (isOwn) return;
  throw new Fault(
    403,
    `The Host header is ${JSON.stringify(name.slice(0, 80))}, which is no name of this server: expected localhost or 127.0.0.1. If it is one, start the server with --allowed-host.`,
  );
}

/** Parts of a list with commas. */
export const partsOf = (list: string | undefined): string[] =>
  (list ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
