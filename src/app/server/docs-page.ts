import { z } from "zod";
import { versions } from "../../index.ts";
import { escapeHtml } from "../../report/html.ts";
import { failuresOf } from "./openapi.ts";
import type { Route } from "./route.ts";

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
code,pre{font:14px/1.45 ui-monospace,monospace}pre{background:#f4f4f4;padding:.75rem;overflow:auto}summary{cursor:pointer}
article{border-top:1px solid #ddd}@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}pre{background:#262626}}`;

const access = {
  public: "everyone",
  token: "with the token, if the server has one",
  guest: "with the token, if the server has one, or with it as a password",
  admin: "with the admin token",
};

function schemaPart(title: string, type: z.ZodType, io: "input" | "output"): string {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io, target: "draft-2020-12" });
  const text = escapeHtml(JSON.stringify(schema, null, 2));
  return `<details><summary>${title}</summary><pre>${text}</pre></details>`;
}

function article(route: Route): string {
  const { method, path, summary, request, response } = route;
  return `<article><h2><code>${method} ${escapeHtml(path)}</code></h2><p>${escapeHtml(summary)}. For ${access[route.access]}. Statuses:
${"status" in response ? response.status : 200}, ${Object.keys(failuresOf(route)).join(", ")}.</p>
${request ? schemaPart("Request", request, "input") : ""}${"media" in response || "status" in response ? "" : schemaPart("Response", response, "output")}</article>`;
}

/** The routes as a page of HTML that needs no other file. */
export const docsPage = (routes: readonly Route[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Relata server</title><style>${style}</style></head><body>
<h1>Relata ${escapeHtml(versions.relata)}</h1>
<p>Each path of this server, with its statuses and bodies; <a href="/openapi.json">openapi.json</a> has the same for programs.</p>
<pre>curl http://127.0.0.1:8080/v1/relations -H 'content-type: application/json' -d '{"documents": [
  {"text": "Ada met Bob.", "entities": [{"start": 0, "end": 3}, {"start": 8, "end": 11}]}]}'</pre>
${routes.map(article).join("\n")}
</body></html>
`;
