// Checks the links of the built site: each must lead to a file, and to an element with that id. VitePress checks files alone.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** Links of the pages below `folder` that lead nowhere, each with its page. */
export function checkAnchors(folder) {
  const pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".html"));
  const texts = new Map(pages.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
  const ids = new Map(
    [...texts].map(([path, text]) => [path, new Set([...text.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id))]),
  );
  const broken = [];
  for (const [page, text] of texts) {
    const body = text.slice(text.indexOf("<main"));
    for (const [, href] of body.matchAll(/<a [^>]*?href="([^"]+)"/g)) {
      if (/^[a-z]+:/.test(href)) continue;
      const [path, anchor] = href.split("#");
      const to =
        path === ""
          ? page
          : posix.join(path.startsWith("/") ? "" : posix.dirname(page), decodeURI(path)).replace(/^\//, "");
      const file = [to, `${to}.html`, posix.join(to, "index.html")].find((name) => texts.has(name));
      if (file === undefined) {
        if (!existsSync(join(folder, to))) broken.push(`${page}: ${href}`);
      } else if (anchor && !ids.get(file).has(decodeURIComponent(anchor))) broken.push(`${page}: ${href}`);
    }
  }
  return [...new Set(broken)];
}
