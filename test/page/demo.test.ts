// `relata demo` as a user meets it: the page opens with a sentence, its entities and what the model makes of them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { modelFolder, newFolder } from "../support/tiny-models.ts";
import { hasChromium, openPage } from "./browser.ts";

const binary = fileURLToPath(new URL("../../bin/relata.js", import.meta.url));

describe.skipIf(!hasChromium)("relata demo", () => {
  test("opens the model that npm start left, with a sentence and its entities, on another port if 8080 is taken", async () => {
    const cwd = newFolder();
    cpSync(await modelFolder(pairHead), join(cwd, "runs/quickstart"), { recursive: true });
    // Left by a run that was stopped.
    mkdirSync(join(cwd, "runs/quickstart/checkpoint-12"));
    // Another program may have the port already: then it is as taken as by this one.
    const other = createServer()
      .once("error", () => {})
      .listen(8080, "127.0.0.1");
    const child = spawn(process.execPath, [binary, "demo", "--no-open", "--threads", "1"], { cwd });
    try {
      let printed = "";
      child.stderr.on("data", (some: Buffer) => (printed += some.toString()));
      await expect.poll(() => printed, { timeout: 100_000 }).toMatch(/Open http:\S+\n/);
      expect(printed).toContain("The model is that of runs/quickstart.");
      expect(printed).toMatch(/stopped early, at step 12: .*\n.* --output runs\/quickstart --resume\n.* --overwrite\n/);
      const address = /Open (http:\S+)/.exec(printed)![1]!;
      expect(new URL(address).port).not.toBe("8080");
      const { page, errors } = await openPage(address);
      await expect.poll(() => page.locator("textarea").inputValue()).toMatch(/^Je voudrais une attestation/);
      expect(await page.locator(".entities .row").allInnerTexts()).toEqual([
        expect.stringMatching(/Je\s+SUBJ/),
        expect.stringMatching(/voudrais\s+VERB/),
        expect.stringMatching(/une attestation de paiement\s+OBJ/),
        expect.stringMatching(/2022\s+TIME/),
      ]);
      await page.getByLabel(/Least probability/).fill("0");
      await page.getByLabel(/Show pairs without relation/).check();
      await expect.poll(() => page.locator(".arrow path.stroke").count()).toBe(12);
      expect(errors).toEqual([]);
    } finally {
      other.close();
      child.kill("SIGTERM");
      await once(child, "exit");
    }
  });
});
