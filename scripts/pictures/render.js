// Draws the pictures of docs/pictures.md, and takes screenshots of more of them in a headless Chromium to be looked at.
//
//   node scripts/pictures/render.js                     writes docs/images/picture-*.svg
//   node scripts/pictures/render.js --screenshots DIR   writes DIR/NAME-WIDTH-THEME.png; CHROMIUM names the browser
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderSvg } from "../../dist/index.js";
import { documents } from "./documents.js";

const images = new URL("../../docs/images/", import.meta.url);
const at = process.argv.indexOf("--screenshots");

if (at < 0) {
  for (const name of ["three", "nested", "rtl"])
    writeFileSync(new URL(`picture-${name}.svg`, images), `${renderSvg(documents[name], { width: 760 })}\n`);
} else {
  const out = process.argv[at + 1];
  const pages = mkdtempSync(join(tmpdir(), "relata-pictures-"));
  mkdirSync(out, { recursive: true });
  for (const [name, document] of Object.entries(documents)) {
    for (const width of [1280, 390]) {
      for (const theme of ["light", "dark"]) {
        const svg = renderSvg(document, { width, theme });
        // The window takes some of the height for itself.
        const height = Math.min(1600, Number(/ height="(\d+)"/.exec(svg)[1]) + 100);
        const page = join(pages, `${name}.html`);
        writeFileSync(
          page,
          `<!doctype html><meta charset="utf-8"><style>body{margin:0}svg{display:block}</style>${svg}`,
        );
        execFileSync(process.env.CHROMIUM ?? "chromium", [
          "--headless",
          "--no-sandbox",
          "--hide-scrollbars",
          `--window-size=${width},${height}`,
          `--user-data-dir=${join(pages, "profile")}`,
          `--screenshot=${join(out, `${name}-${width}-${theme}.png`)}`,
          `file://${page}`,
        ]);
      }
    }
  }
  rmSync(pages, { recursive: true });
}
