import { readFile } from "node:fs/promises";
import type { Ctx, Route } from "../route.ts";

/** The page's own scripts and styles, and nothing else: no inline script or style, no other host. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const folder = new URL("../../../page/", import.meta.url);

/** A file of dist/page, which the build bundles from src/page. */
const file = (path: string, name: string, media: string, summary: string): Route => ({
  method: "GET",
  path,
  summary,
  access: "public",
  response: { media },
  failures: {},
  handle: async (c: Ctx) =>
    c.body(await readFile(new URL(name, folder)), 200, {
      "content-type": `${media}; charset=utf-8`,
      "content-security-policy": policy,
      "referrer-policy": "no-referrer",
    }),
});

export const fileRoutes: readonly Route[] = [
  file("/", "index.html", "text/html", "The page: try the models of this server in a browser"),
  file("/page/page.js", "page.js", "text/javascript", "The program of the page"),
  file("/page/page.css", "page.css", "text/css", "The styles of the page"),
];
