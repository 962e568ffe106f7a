// Takes pictures of the report of a run in a headless Chromium, at 1280 and 390 pixels, light and dark, as WebP: the whole page in pieces
// of at most 1600 pixels, to be looked at. An error in the console, a request, or a page wider than the window makes the exit code 1.
//
//   node scripts/pictures/report.js [MODEL] [--output DIR] [--docs]
//
// --docs also writes docs/images/report.png, from the top to the end of the verdict, and docs/images/report-labels.png, the bars of each relation
// and the confusion matrix.
//
// MODEL is runs/sixty if not given (docs/report.md has its command), DIR is runs/report-pictures; CHROMIUM names the browser.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values, positionals } = parseArgs({
  options: { output: { type: "string" }, docs: { type: "boolean", default: false } },
  allowPositionals: true,
});
const report = pathToFileURL(resolve(positionals[0] ?? "runs/sixty", "report.html")).href;
const output = values.output ?? "runs/report-pictures";
const widths = [1280, 390];
const themes = ["light", "dark"];
/** Pixels of a piece. */
const most = 1600;
/** Pixels around a picture of the documents. */
const margin = 12;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
mkdirSync(output, { recursive: true });
const wrong = [];

async function take(width, theme) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: theme });
  const page = await context.newPage();
  const note = (text) => wrong.push(`${width} ${theme}: ${text}`);
  page.on("console", (message) => message.type() === "error" && note(message.text()));
  page.on("pageerror", (error) => note(error.message));
  page.on("request", (request) => request.url() !== report && note(`asks for ${request.url()}`));
  await page.goto(report);
  // Closed parts are part of the page as well.
  await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
  const sideways = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
  if (sideways > 0) note(`${sideways} pixels stand out`);
  const devtools = await context.newCDPSession(page);
  const height = Number(await page.evaluate("document.documentElement.scrollHeight"));
  for (let y = 0, piece = 1; y < height; y += most, piece++) {
    const clip = { x: 0, y, width, height: Math.min(most, height - y), scale: 1 };
    const { data } = await devtools.send("Page.captureScreenshot", {
      format: "webp",
      quality: 60,
      captureBeyondViewport: true,
      clip,
    });
    writeFileSync(join(output, `report-${width}-${theme}-${piece}.webp`), Buffer.from(data, "base64"));
  }
  await context.close();
}

/** Takes the pictures of docs/report.md: the page as it opens, from the top of one part to the end of another. */
async function takeForDocs() {
  const page = await browser.newPage({ viewport: { width: 960, height: 800 }, colorScheme: "light" });
  await page.goto(report);
  const boxOf = async (part) => {
    const box = await page.locator(part).boundingBox();
    if (!box) throw new Error(`${report} has no part ${part}: is it the report of a run?`);
    return box;
  };
  const [verdict, labels, confusion] = [await boxOf("#verdict"), await boxOf("#labels"), await boxOf("#confusion")];
  for (const { name, from, last } of [
    { name: "report", from: 0, last: verdict },
    { name: "report-labels", from: labels.y - margin, last: confusion },
  ]) {
    const clip = { x: 0, y: from, width: 960, height: last.y + last.height + margin - from };
    await page.screenshot({ path: `docs/images/${name}.png`, fullPage: true, clip });
  }
  await page.close();
}

try {
  if (values.docs) await takeForDocs();
  for (const width of widths) for (const theme of themes) await take(width, theme);
} finally {
  await browser.close();
}
for (const line of wrong) process.stderr.write(`${line}\n`);
process.exit(wrong.length > 0 ? 1 : 0);
