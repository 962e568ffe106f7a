// Chromium for tests of the page; where there is none, they are skipped, and say so.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, expect } from "vitest";

const places = [
  process.env["RELATA_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const program = places.find((place) => place !== undefined && existsSync(place));
export const hasChromium = program !== undefined;
if (!hasChromium)
  console.warn("SKIPPED: the page's tests need Chromium. Install it, or name its program in RELATA_CHROMIUM.");

const browsers = new Map<boolean, Promise<Browser>>();
afterAll(async () => {
  for (const browser of browsers.values()) await (await browser).close();
});

/** Starts a browser once; with a GPU, which is software (SwiftShader) where the machine has none. */
function browserWith(hasGpu: boolean): Promise<Browser> {
  const browser =
    browsers.get(hasGpu) ??
    chromium.launch({ executablePath: program!, args: hasGpu ? ["--enable-unsafe-webgpu"] : [] });
  browsers.set(hasGpu, browser);
  return browser;
}

export interface Opened {
  readonly page: Page;
  /** Errors of the console and of the page; a test expects none. */
  readonly errors: string[];
}

/** Opens an address in a browser of its own memory. */
export async function openPage(
  url: string,
  { hasGpu = false, ...options }: BrowserContextOptions & { readonly hasGpu?: boolean } = {},
): Promise<Opened> {
  const context = await (
    await browserWith(hasGpu)
  ).newContext({ locale: "en-GB", viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const errors: string[] = [];
  page.on("console", (message) => void (message.type() === "error" && errors.push(message.text())));
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(url);
  return { page, errors };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Expects that axe finds nothing serious on a page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  // `evaluate` runs beside the page's policy, which forbids scripts of others.
  await page.evaluate(axe);
  const found = (await page.evaluate("axe.run()")) as { violations: Violation[] };
  const serious = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(
    serious.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`,
    ),
  ).toEqual([]);
}

/** The middle of some words in the picture, which is drawn and has no element for each word. */
export async function placeOf(page: Page, words: string): Promise<{ x: number; y: number }> {
  const place = (await page.evaluate(`(() => {
    const wanted = ${JSON.stringify(words)};
    for (const element of document.querySelectorAll(".canvas .words")) {
      const at = element.textContent.indexOf(wanted);
      if (at < 0) continue;
      const [a, b] = [element.getStartPositionOfChar(at), element.getEndPositionOfChar(at + wanted.length - 1)];
      const { left, top } = element.ownerSVGElement.getBoundingClientRect();
      return { x: left + (a.x + b.x) / 2, y: top + a.y - 5 };
    }
    return null;
  })()`)) as { x: number; y: number } | null;
  if (!place) throw new Error(`The picture has no words "${words}".`);
  return place;
}

export async function clickWords(page: Page, words: string): Promise<void> {
  const { x, y } = await placeOf(page, words);
  await page.mouse.click(x, y);
}

/** Drags with the mouse from the middle of some words to that of others. */
export async function dragWords(page: Page, from: string, to: string): Promise<void> {
  const [a, b] = [await placeOf(page, from), await placeOf(page, to)];
  await page.mouse.move(a.x, a.y);
  await page.mouse.down();
  await page.mouse.move((a.x + b.x) / 2, (a.y + b.y) / 2, { steps: 4 });
  await page.mouse.move(b.x, b.y, { steps: 4 });
  await page.mouse.up();
}
