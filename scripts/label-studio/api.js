// Label Studio's API, with either kind of token.

/**
 * Asks the Label Studio at an address. A personal access token, once `usePersonal` has given one, takes the place of the
 * legacy token.
 */
export function apiOf(tool, legacyToken) {
  let personal;
  /** The Authorization header of a moment: what a personal access token is exchanged for lives for minutes. */
  async function authorize() {
    if (personal === undefined) return `Token ${legacyToken}`;
    const response = await fetch(`${tool}/api/token/refresh/`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refresh: personal }),
    });
    return `Bearer ${(await response.json()).access}`;
  }

  async function api(method, path, body) {
    const authorization = await authorize();
    const response = await fetch(tool + path, {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return text === "" ? undefined : JSON.parse(text);
  }
  api.usePersonal = (token) => (personal = token);
  return api;
}
