import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { titleOf } from "../pages.js";

const staged = fileURLToPath(new URL("../staged", import.meta.url));
const page = (path) => ({ text: titleOf(readFileSync(`${staged}/${path}.md`, "utf8"), path), link: `/${path}` });
const group = (text, paths, collapsed = false) => ({ text, collapsed, items: paths.map(page) });
const inFolder = (folder) =>
  readdirSync(`${staged}/${folder}`)
    .filter((name) => name.endsWith(".md") && name !== "index.md")
    .map((name) => `${folder}/${name.slice(0, -3)}`);

const groups = {
  "First steps": [
    "tutorials/annotator",
    "tutorials/developer",
    "tutorials/engineer",
    "faq",
    "troubleshooting",
    "glossary",
    "systems",
  ],
  Data: ["data", "data-check", "data-stats", "data-split", "data-convert", "labelling"],
  Training: [
    "relata-mini",
    "document-encoding",
    "pair-encoding",
    "entities",
    "entity-typing",
    "curve",
    "sweep",
    "runs",
    "adapters",
    "devices",
  ],
  Evaluation: ["evaluation", "report", "trust", "results"],
  Use: ["serving", "deployment", "page", "pictures", "browser", "scoring", "label-studio", "inception-recommender"],
  Inside: ["architecture", "adding", "performance", "luke", "differences"],
};
const named = new Set(Object.values(groups).flat());
const others = inFolder("docs").filter((path) => !named.has(path.slice(5)));
const library = "docs/reference/api";

export default defineConfig({
  srcDir: "staged",
  title: "Relata",
  description: "From annotated texts to a model that finds their relations",
  // Else browsers ask for /favicon.ico, which is not there.
  head: [["link", { rel: "icon", href: "data:," }]],
  lastUpdated: false,
  // Pages speak of addresses on the reader's own machine.
  ignoreDeadLinks: "localhostLinks",
  markdown: { html: false },
  themeConfig: {
    search: {
      provider: "local",
      options: {
        miniSearch: {
          // Who looks for a word wants the page that explains it before the signatures that hold it.
          searchOptions: { boostDocument: (id) => (id.includes("/reference/") ? 0.2 : 1) },
        },
      },
    },
    outline: [2, 3],
    nav: [
      { text: "Start", link: "/" },
      { text: "Tutorials", link: "/docs/tutorials/" },
      { text: "Command line", link: "/docs/reference/cli" },
      { text: "Library", link: `/${library}/` },
      { text: "Changes", link: "/CHANGELOG" },
    ],
    sidebar: [
      ...Object.entries(groups).map(([text, names]) =>
        group(
          text,
          names.map((name) => `docs/${name}`),
        ),
      ),
      group("Examples", ["examples/which-date/README", "examples/which-cause/README"]),
      {
        text: "Reference",
        items: [
          page("docs/reference/cli"),
          ...(existsSync(`${staged}/${library}`) ? [{ text: "Library", link: `/${library}/` }] : []),
        ],
      },
      group("Formats", inFolder("docs/formats"), true),
      group("Decisions", inFolder("docs/decisions"), true),
      ...(others.length > 0 ? [group("More", others, true)] : []),
    ],
  },
});
