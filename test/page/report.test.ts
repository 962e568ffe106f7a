// The report of a run in Chromium, of drawn answers: no training, no model.
import { writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { LiveReport } from "../../src/app/cli/live-report.ts";
import { LiveState } from "../../src/app/cli/live-state.ts";
import { pairUnit } from "../../src/corpus/unit.ts";
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

/** The least size of letters in the charts of a page, in pixels, with the chart that has them. */
const leastLetters = (page: Page): Promise<unknown> =>
  page.evaluate(`(() => {
    const sizes = [...document.querySelectorAll(".chart svg text")].map((text) => {
      const svg = text.ownerSVGElement;
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      return [scale * parseFloat(getComputedStyle(text).fontSize), svg.getAttribute("aria-label")];
    });
    return sizes.reduce((least, size) => (size[0] < least[0] ? size : least), [Infinity, ""]);
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
      const [size, chart] = (await leastLetters(page)) as [number, string];
      expect(size, chart).toBeGreaterThan(11);
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

test.skipIf(!hasChromium)("follows a run and becomes its report when it ends; other hosts are refused", async () => {
  const { data, scores } = sampleReport(["NO_REL", hostile, "BORN_IN", "LIVES_IN", "OWNS", "KNOWS"]);
  const state = new LiveState("first run");
  const live = await LiveReport.open(() => state.now);
  const { url } = live;
  const { page, errors } = await openPage(url);
  const now = page.locator("#live-progress");
  expect(await now.innerText()).toBe("Reading the data");
  const examples = { ...data!.examples, trainAll: 1200, trainCandidates: 900 };
  state.see({ ...data!, type: "data", unit: pairUnit, examples, examplesPerText: 1, notices: [], lengths: [] });
  for (let step = 1; step <= 30; step++)
    state.see({
      type: "step",
      step,
      totalSteps: 60,
      epoch: 0.5,
      loss: 1 / step,
      learningRate: 0,
      gradientNorm: 1,
      examples: 8,
    });
  const result = { value: 0.6, scores };
  state.see({ type: "evaluation", step: 30, epoch: 0.5, trainingLoss: 0.1, result, isKept: true });
  await expect.poll(() => now.innerText()).toContain("Step 30 of 60");
  expect(await page.locator("#live-labels bdi").allTextContents()).toContain(hostile);
  expect(await page.locator("#live-training polyline").count()).toBeGreaterThan(0);
  expect(await overflow(page)).toEqual([false, []]);
  await expectAccessible(page);

  const { port } = new URL(url);
  const status = await new Promise((resolve) =>
    get({ port, host: "127.0.0.1", headers: { host: "evil.example" } }, (answer) =>
      resolve(answer.resume().statusCode),
    ),
  );
  expect(status).toBe(403);
  const [ended] = await Promise.all([page.waitForSelector("#verdict"), live.end(trainingPage(sampleReport()))]);
  expect(ended).not.toBeNull();
  await expect(fetch(url)).rejects.toThrow("fetch failed");
  expect(errors).toEqual([]);
});
