import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** The name under which GitHub links to a heading. */
const anchorOf = (heading) =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");

const withoutCode = (text) => text.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");
const headingsOf = (text) =>
  [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) => heading);

/** The links of a page to other files, without those to other hosts. */
export const linksOf = (text) =>
  [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

/** Links of pages to files that do not exist, or to headings that the page does not have. */
export function brokenLinks(root, pages) {
  return [...pages].flatMap(([path, text]) =>
    linksOf(text).flatMap((link) => {
      const [target, anchor] = link.split("#");
      const at = target === "" ? path : join(dirname(path), target);
      if (!existsSync(join(root, at))) return [`${path}: ${link} does not exist`];
      if (anchor === undefined || statSync(join(root, at)).isDirectory()) return [];
      const anchors = headingsOf(readFileSync(join(root, at), "utf8")).map(anchorOf);
      return anchors.includes(anchor) ? [] : [`${path}: ${at} has no heading #${anchor}`];
    }),
  );
}

/** The text below a heading, up to the next one of its level or above. */
export function section(text, heading) {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start < 0) return undefined;
  const level = lines[start].indexOf(" ");
  const end = lines.findIndex((line, i) => i > start && /^#+ /.test(line) && line.indexOf(" ") <= level);
  return lines.slice(start + 1, end < 0 ? undefined : end).join("\n");
}

/** The items of the numbered list below a heading. */
export const numbered = (text, heading) => (section(text, heading) ?? "").match(/^\d+\. .*(?:\n(?: {2,}).*)*/gm) ?? [];

/** Citations `luke.md 4.1` of comments that name no section of docs/luke.md. */
export function unresolvedCitations(root, files) {
  const page = join(root, "docs/luke.md");
  const text = existsSync(page) ? readFileSync(page, "utf8") : "";
  const sections = new Set(headingsOf(text).flatMap((heading) => heading.match(/^\d+(?:\.\d+)*/) ?? []));
  return [...files].flatMap(([path, source]) =>
    [...source.matchAll(/luke\.md,?(?: section)? (\d+(?:\.\d+)*)((?:,? (?:and|to)? ?\d+\.\d+)*)/g)].flatMap(
      ([, first, more]) =>
        [first, ...(more.match(/\d+\.\d+/g) ?? [])]
          .filter((number) => !sections.has(number))
          .map((number) => `${path}: docs/luke.md has no section ${number}`),
    ),
  );
}
