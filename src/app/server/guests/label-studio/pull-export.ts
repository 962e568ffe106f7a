import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Fault } from "../../fault.ts";
import { askLabelStudio, authorizationFor, kindOf, refusalOf, type Connection } from "./access-token.ts";

const adviceOnLegacy =
  "Either it is not a token of this server, or its organization has switched legacy tokens off: create a personal access token " +
  "under Account & Settings and set LABEL_STUDIO_API_KEY to it.";

/**
 * Writes the annotated tasks of a project into a file.
 * @throws Fault 403 that says which kind of token is wrong, 404 for a project that its owner does not see, 503 otherwise
 */
export async function pullExport(
  connection: Connection,
  project: string,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const { url, token } = connection;
  const authorization = await authorizationFor(connection, signal);
  const response = await askLabelStudio(`${url}/api/projects/${encodeURIComponent(project)}/export?exportType=JSON`, {
    headers: { authorization },
    signal,
  });
  if (response.ok && response.body) {
    await pipeline(Readable.fromWeb(response.body), createWriteStream(file), { signal });
    return;
  }
  const kind = kindOf(token) === "legacy" ? "legacy token" : "personal access token";
  if (response.status === 401)
    throw new Fault(
      403,
      `${await refusalOf(response, url, kind)} ${kind === "legacy token" ? adviceOnLegacy : ""}`.trim(),
    );
  if (response.status === 403 || response.status === 404)
    throw new Fault(
      404,
      `${await refusalOf(response, url, kind)} Its owner does not see project ${project}: add them to the project, or set LABEL_STUDIO_API_KEY to the token of a member.`,
    );
  throw new Fault(503, `${url} answered the export of project ${project} with status ${response.status}.`);
}
