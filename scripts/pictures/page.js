// Takes pictures of every state of the page in a headless Chromium, at 1280 and 390 pixels, light and dark, into docs/images/page as
// WebP. A state with an error in the console, or wider than the window, makes the exit code 1.
//
//   node scripts/pictures/page.js [MODEL] [--only STATE] [--output DIR]
//
// MODEL is runs/demo if not given (`npx relata demo` makes it); CHROMIUM names the browser. The run of the state "learn" is made
// up, so that no picture waits for a training.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { serve } from "../../dist/app/server/serve.js";
import { serveConfig } from "../../dist/app/server/settings.js";
import { states } from "./page-states.js";

const { values, positionals } = parseArgs({
  options: { only: { type: "string" }, output: { type: "string" } },
  allowPositionals: true,
});
const model = positionals[0] ?? "runs/demo";
const output = values.output ?? fileURLToPath(new URL("../../docs/images/page", import.meta.url));
const widths = [1280, 390];
const themes = ["light", "dark"];

const place = mkdtempSync(join(tmpdir(), "relata-pictures-"));
/** Mails with their entities, in the order of the text. */
const mails = {
  "Je voudrais une attestation de paiement pour 2022.": {
    Je: "SUBJ",
    voudrais: "VERB",
    "une attestation de paiement": "OBJ",
    2022: "TIME",
  },
  "Pouvez-vous envoyer le contrat à Marie avant lundi ?": { envoyer: "VERB", "le contrat": "OBJ", lundi: "TIME" },
  "Nous avons reçu la facture en mars.": { Nous: "SUBJ", "avons reçu": "VERB", "la facture": "OBJ", mars: "TIME" },
  "Elle demande un relevé pour janvier.": { Elle: "SUBJ", demande: "VERB", "un relevé": "OBJ", janvier: "TIME" },
};
const documents = Object.entries(mails).map(([text, entities], i) => ({
  id: `mail-${i + 1}`,
  text,
  entities: Object.entries(entities).map(([surface, type]) => {
    const start = text.indexOf(surface);
    return { start, end: start + surface.length, type };
  }),
  relations: [],
}));
writeFileSync(join(place, "mails.jsonl"), documents.map((one) => `${JSON.stringify(one)}\n`).join(""));

/** A server whose models have these names. */
async function start(names, more = {}) {
  const config = serveConfig.parse({ port: 0, threads: 1, inProcess: true, ...more });
  const server = await serve(
    names.map((name) => ({ name, source: model })),
    config,
    () => {},
  );
  await server.ready;
  return server;
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
const servers = {
  one: await start(["demo"]),
  two: await start(["demo", "other"]),
  token: await start(["demo"], { token: "secret" }),
  annotate: await start(["demo"], { annotate: join(place, "mails.jsonl") }),
};
mkdirSync(output, { recursive: true });
const wrong = [];
try {
  for (const [name, { at, address = "", locale = "en-GB", prepare }] of Object.entries(states)) {
    if (values.only !== undefined && values.only !== name) continue;
    for (const width of widths)
      for (const theme of themes) {
        const context = await browser.newContext({
          viewport: { width, height: 800 },
          colorScheme: theme,
          locale,
          reducedMotion: "reduce",
        });
        const page = await context.newPage();
        page.setDefaultTimeout(60_000);
        const expected = name === "token" ? /401/ : /^$/;
        page.on("console", (message) => {
          if (message.type() === "error" && !expected.test(message.text()))
            wrong.push(`${name} ${width} ${theme}: ${message.text()}`);
        });
        page.on("pageerror", (error) => wrong.push(`${name} ${width} ${theme}: ${error.message}`));
        await page.goto(`${servers[at].url}/${address}`);
        await prepare(page, { width, theme });
        const sideways = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        if (sideways > 0) wrong.push(`${name} ${width} ${theme}: ${sideways} pixels stand out`);
        const devtools = await context.newCDPSession(page);
        const height = Math.min(1600, Number(await page.evaluate("document.documentElement.scrollHeight")));
        await page.setViewportSize({ width, height: Math.max(height, 300) });
        await page.evaluate("scrollTo(0, 0)");
        const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality: 45 });
        writeFileSync(join(output, `${name}-${width}-${theme}.webp`), Buffer.from(data, "base64"));
        await context.close();
      }
    process.stderr.write(`${name}\n`);
  }
} finally {
  await browser.close();
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  rmSync(place, { recursive: true });
}
for (const line of wrong) process.stderr.write(`${line}\n`);
process.exit(wrong.length > 0 ? 1 : 0);
