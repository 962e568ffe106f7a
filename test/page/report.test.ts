// The report of a run in Chromium, of drawn answers: no training, no model.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { trainingPage } from "../../src/report/training-page/page.ts";
import { sampleReport } from "../support/sample-report.ts";
import { newFolder } from "../support/tiny-models.ts";
import { expectAccessible, hasChromium, openPage } from "./browser.ts";

const hostile = `<script>document.title="run"</script>'"&`;

function written(html: string): string {
  const path = join(newFolder(), "report.html");
  writeFileSync(path, html);
  return `file://${path}`;
}

/** Elements that reach over the window's right edge, outside of what scrolls by itself. */
const overflow = (page: Page): Promise<unknown> =>
  page.evaluate(`(() => {
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => !element.closest(".scroll, svg, details:not([open])") && element.getBoundingClientRect().right > innerWidth + 1);
    return [document.documentElement.scrollWidth - innerWidth > 0, wide.map((element) => element.outerHTML.slice(0, 80))];
  })()`);

test.skipIf(!hasChromium)(
  "reads well at both widths, light and dark; names stay text; filters work by keyboard",
  async () => {
    const labels = ["NO_REL", hostile, "BORN_IN", "LIVES_IN", "OWNS", "KNOWS"];
    const { page, errors } = await openPage(written(trainingPage(sampleReport(labels))));
    expect(await page.title()).toBe("first run");
    expect(await page.locator(".rows bdi").allTextContents()).toContain(hostile);
    for (const [width, colorScheme] of [
      [1280, "light"],
      [390, "dark"],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      expect(await overflow(page)).toEqual([false, []]);
      await expectAccessible(page);
    }

    const items = page.locator(".mistakes > li");
    const all = await items.count();
    const status = page.locator("#mistakes-shown");
    const visible = (): Promise<(string | null)[]> =>
      page
        .locator(".mistakes > li:not([hidden])")
        .evaluateAll((shown) => shown.map((item) => item.getAttribute("data-kind")));
    expect(await status.textContent()).toBe(`12 of ${all} shown`);
    await page.locator("select[name=kind]").focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(async () => new Set(await visible())).toEqual(new Set(["missed"]));
    await page.locator("select[name=label]").selectOption({ label: "OWNS" });
    expect(await page.locator(".mistakes > li:not([hidden]) .right b").first().textContent()).toBe("OWNS");
    await page.getByRole("button", { name: "Clear" }).press("Enter");
    await expect.poll(visible).toHaveLength(12);
    await page.getByRole("button", { name: "Show more" }).press("Enter");
    expect((await visible()).length).toBeGreaterThan(12);
    expect(errors).toEqual([]);
  },
);
