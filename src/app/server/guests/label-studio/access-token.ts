import { Fault } from "../../fault.ts";

export interface Connection {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string;
}

export type TokenKind = "legacy" | "personal";

const jsonWebToken = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Label Studio has two kinds of tokens, which are sent in different ways; their shapes differ. */
export const kindOf = (token: string): TokenKind => (jsonWebToken.test(token) ? "personal" : "legacy");

/** The claims of a JSON Web Token, which only its server can verify. */
function claimsOf(token: string): { readonly token_type?: unknown; readonly exp?: unknown } {
  try {
    return JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/**
 * The Authorization header for Label Studio's API. A legacy token is sent as it is; a personal access token is exchanged
 * for one that lives for minutes.
 * @throws Fault 403 with the kind of the token that is wrong; 503 if Label Studio does not answer
 */
export async function authorizationFor({ url, token }: Connection, signal?: AbortSignal): Promise<string> {
  if (kindOf(token) === "legacy") return `Token ${token}`;
  const { token_type, exp } = claimsOf(token);
  if (typeof exp === "number" && exp * 1000 < Date.now())
    throw new Fault(
      403,
      `The personal access token for ${url} expired on ${new Date(exp * 1000).toISOString()}. ${anew}`,
    );
  if (token_type === "access") return `Bearer ${token}`;
  const response = await askLabelStudio(`${url}/api/token/refresh/`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refresh: token }),
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw new Fault(403, `${await refusalOf(response, url, "personal access token")} ${anew}`);
  const { access } = (await response.json()) as { access?: unknown };
  if (typeof access === "string") return `Bearer ${access}`;
  throw new Fault(503, `${url} exchanged the personal access token for nothing: is it Label Studio 1.20 or newer?`);
}

const anew = "Create another under Account & Settings, Personal Access Token, and set LABEL_STUDIO_API_KEY to it.";

/** Describes a refusal of the API. */
export async function refusalOf(response: Response, url: string, token: string): Promise<string> {
  const body = (await response.text()).slice(0, 2000);
  let detail = "";
  try {
    const { detail: given } = JSON.parse(body) as { detail?: unknown };
    if (typeof given === "string") detail = ` (${given.replace(/\.$/, "")})`;
  } catch {
    // A page of HTML says nothing more.
  }
  return `${url} refused the ${token} with status ${response.status}${detail}.`;
}

/** @throws Fault 503 if nobody answers there */
export async function askLabelStudio(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { redirect: "error", ...init });
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error };
    throw new Fault(503, `Label Studio does not answer at ${address}: ${cause?.message ?? message}.`);
  }
}
