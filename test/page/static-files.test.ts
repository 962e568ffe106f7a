// A page without a server whose files are missing, or end too early: it names them, and never waits for ever.
import { createReadStream, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { relata, Workplace } from "../support/run-cli.ts";
import { modelFolder } from "../support/tiny-models.ts";
import { expectAccessible, hasChromium, openPage } from "./browser.ts";
import { serveFiles } from "./files.ts";

const place = new Workplace();
const folder = place.path("page");
afterAll(() => place.remove());
beforeAll(async () => {
  const { code, stderr } = await relata(["export", await modelFolder(pairHead), "--page", folder]);
  if (code !== 0) throw new Error(stderr);
});

describe.skipIf(!hasChromium)("files of a page without a server", () => {
  test.each(["worker.js", "model/model.safetensors", "ort-wasm-simd-threaded.wasm"])("%s is missing", async (name) => {
    const copy = place.path(`without-${name.replace(/.*\//, "")}`);
    cpSync(folder, copy, { recursive: true });
    rmSync(join(copy, name));
    const { page } = await openPage((await serveFiles(copy)).url);
    const failure = page.locator(".failure");
    await expect.poll(() => failure.count(), { timeout: 30_000 }).toBe(1);
    expect(await failure.innerText()).toContain(`The file ${name} of this page could not be read`);
    expect(await failure.innerText()).toContain("load this page again");
    await expectAccessible(page);
  });

  test("weights show how far they have come, and are named if the connection ends", async () => {
    const weights = readFileSync(join(folder, "model/model.safetensors"));
    const half = weights.length >> 1;
    let end = (): void => {};
    const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
    const server = createServer((request, response) => {
      const name = request.url!.replace(/\?.*/, "").replace(/^\/$/, "/index.html");
      if (name.endsWith("model.safetensors")) {
        response.writeHead(200, { "content-length": weights.length });
        response.write(weights.subarray(0, half));
        end = () => response.destroy();
        return;
      }
      response.setHeader("content-type", types[extname(name)] ?? "application/octet-stream");
      createReadStream(join(folder, name))
        .on("error", () => response.writeHead(404).end())
        .pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { page } = await openPage(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const bar = page.locator(".loading progress");
    await expect.poll(() => bar.getAttribute("max"), { timeout: 30_000 }).toBe(String(weights.length));
    expect(await page.locator(".loading").innerText()).toMatch(/The model is being loaded: [\d.]+ of [\d.]+ MB/);
    await expectAccessible(page);
    end();
    await expect.poll(() => page.locator(".failure").count()).toBe(1);
    expect(await page.locator(".failure").innerText()).toMatch(
      new RegExp(`model/model\\.safetensors .* the connection ended after \\d+ of ${weights.length} bytes`),
    );
    expect(await bar.count()).toBe(0);
    server.close();
  });

  test("the tab refuses a table, and says how to convert it", async () => {
    const { page } = await openPage(`${(await serveFiles(folder)).url}#annotate`);
    const table = place.path("pairs.csv");
    writeFileSync(table, "text,head,tail,label\nAda met Bob.,Ada,Bob,met\n");
    await page.locator("aside input[type=file]").setInputFiles(table, { timeout: 60_000 });
    await expect.poll(() => page.locator(".failure").count()).toBe(1);
    expect(await page.locator(".failure").innerText()).toContain(
      'relata data convert "pairs.csv" documents.jsonl --to relata',
    );
  });
});
