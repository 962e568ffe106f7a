// Lays the pages out as they stand in the repository, with links that hold on a site.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

const top = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"];
const folders = ["docs", "examples"];

const filesBelow = (root, folder) =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });

/** Copies the pages and pictures below `root` to `staged`; returns how many pages there are. */
export function stagePages(root, staged) {
  const files = [...top, ...folders.flatMap((folder) => filesBelow(root, folder))];
  const pages = files.filter((path) => path.endsWith(".md"));
  const isPage = new Set(pages);
  for (const path of pages) write(staged, path === "README.md" ? "index.md" : path, onSite(path, root, isPage));
  for (const path of files)
    if (/\.(?:svg|png|json)$/.test(path) && path.startsWith("docs/")) {
      // A picture in a page is found beside it; a file that a page links to is served as it is.
      const to = path.endsWith(".json") ? join(staged, "public", path) : join(staged, path);
      mkdirSync(dirname(to), { recursive: true });
      cpSync(join(root, path), to);
    }
  for (const folder of ["docs/decisions", "docs/formats", "docs/tutorials"])
    if (!isPage.has(`${folder}/index.md`)) write(staged, `${folder}/index.md`, listing(root, folder, pages));
  return pages.length;
}

function write(staged, path, text) {
  mkdirSync(dirname(join(staged, path)), { recursive: true });
  writeFileSync(join(staged, path), text);
}

/** The first heading of a page. */
export const titleOf = (text, otherwise) => /^# (.+)$/m.exec(text)?.[1]?.replaceAll("`", "") ?? otherwise;

const listing = (root, folder, pages) =>
  `# ${folder.slice(5, 6).toUpperCase()}${folder.slice(6)}\n\n${pages
    .filter((path) => posix.dirname(path) === folder)
    .map((path) => `- [${titleOf(readFileSync(join(root, path), "utf8"), path)}](${posix.basename(path)})`)
    .join("\n")}\n`;

/** The text of a page, in which a link to a source file is its path, and one to README is one to the first page. */
function onSite(path, root, isPage) {
  const from = posix.dirname(path);
  return readFileSync(join(root, path), "utf8")
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, i) =>
      i % 2 === 1
        ? part
        : part.replaceAll(/(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g, (whole, mark, text, target) => {
            if (mark === "!" || /^(?:[a-z]+:|#)/.test(target)) return whole;
            const [file, anchor] = target.split("#");
            const to = posix.normalize(posix.join(from, file)).replace(/\/$/, "");
            if (!existsSync(join(root, to))) throw new Error(`${path} links to ${target}, which is not there`);
            if (to === "README.md")
              return `[${text}](${posix.relative(from, "index.md")}${anchor ? `#${anchor}` : ""})`;
            if (isPage.has(to)) return whole;
            if (to.startsWith("docs/") && to.endsWith(".json")) return `[${text}](/${to})`;
            if (statSync(join(root, to)).isDirectory() && to.startsWith("docs/"))
              return `[${text}](${file.replace(/\/?$/, "/")})`;
            return text.replaceAll("`", "") === to ? `\`${to}\`` : `${text} (\`${to}\`)`;
          }),
    )
    .join("");
}

/** The reference of the library shows properties as rows of tables, which have no anchors: links go to the page. */
export function linkToPagesAlone(folder) {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".md")) continue;
    const text = readFileSync(join(folder, name), "utf8");
    writeFileSync(join(folder, name), text.replaceAll(/\.md#property-[^)]*\)/g, ".md)"));
  }
}
