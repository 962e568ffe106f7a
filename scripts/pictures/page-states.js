// The states of the page that scripts/pictures/page.js takes pictures of: the server, the address, and what a user does there.

const sentence = new URLSearchParams({ text: "Je voudrais une attestation de paiement pour 2022." });
for (const span of ["0:2:SUBJ", "3:11:VERB", "12:39:OBJ", "45:49:TIME"]) sentence.append("span", span);
const address = `?${sentence}`;
const canvas = '[role="application"]';

const drawn = (page) => page.waitForSelector(".arrow");
async function press(page, ...keys) {
  await page.locator(canvas).first().focus();
  for (const key of keys) await page.keyboard.press(key);
}
async function annotateAs(page, name) {
  await page.locator("input").first().fill(name);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".canvas .words");
  await page.locator("select").last().selectOption("file");
  await open(page, "Je voudrais");
}
async function open(page, beginning) {
  await page.locator(".documents .row", { hasText: beginning }).first().click();
  await page
    .locator(".canvas .words", { hasText: beginning.slice(0, 2) })
    .first()
    .waitFor();
}

/** A run as the server describes it, with the new model beside the old one. */
const training = {
  state: "done",
  message: "",
  documents: { train: 81, heldOut: 19 },
  loss: Array.from({ length: 60 }, (_, i) => ({ step: 5 * i, value: 0.15 + 1.2 * Math.exp(-i / 14) })),
  f1: [60, 120, 180, 240, 300].map((step, i) => ({ step, value: [0.42, 0.61, 0.7, 0.74, 0.75][i] })),
  totalSteps: 300,
  lost: [],
  folder: "models/new",
  comparison: {
    heldOut: 19,
    old: 0.701,
    new: 0.748,
    perLabel: [
      { label: "DO_WHAT", support: 21, old: 0.81, new: 0.86 },
      { label: "TIME_OF_WHAT", support: 9, old: 0.47, new: 0.59 },
      { label: "WHO_DO", support: 24, old: 0.83, new: 0.82 },
    ],
  },
  isUsed: false,
};

export const states = {
  try: { at: "one", address, prepare: drawn },
  why: {
    at: "one",
    address,
    prepare: async (page) => {
      await drawn(page);
      await press(page, "a", "w");
      await page.waitForSelector(".weights");
    },
  },
  words: {
    at: "one",
    address,
    prepare: async (page) => {
      await drawn(page);
      await press(page, "End", "ArrowLeft", "Shift+ArrowLeft");
    },
  },
  "no-relation": {
    at: "one",
    address,
    locale: "fr-FR",
    prepare: async (page) => {
      await drawn(page);
      await page.locator('input[type="checkbox"]').check();
    },
  },
  program: {
    at: "one",
    address,
    prepare: async (page) => {
      await drawn(page);
      await page.locator(".program summary").click();
      await page.locator("footer summary").click();
    },
  },
  compare: {
    at: "two",
    address,
    prepare: async (page) => {
      await drawn(page);
      await page.getByLabel("Compare with").selectOption("other");
      await page.waitForSelector(".compared .arrow");
    },
  },
  file: {
    at: "one",
    prepare: async (page) => {
      await page.waitForSelector("textarea");
      const lines = ["Elle envoie le contrat lundi.", "Il demande une facture."].map((text) =>
        JSON.stringify({ text }),
      );
      const file = { name: "mails.jsonl", mimeType: "application/json", buffer: Buffer.from(`${lines.join("\n")}\n`) };
      await page.locator("input[type=file]").setInputFiles(file);
      await page.getByText("Document 1 of 2").waitFor();
    },
  },
  empty: {
    at: "one",
    prepare: async (page) => {
      await drawn(page);
      await page.locator("textarea").fill("");
      await page.locator(".canvas .empty").waitFor();
    },
  },
  "right-to-left": {
    at: "one",
    address: `?${new URLSearchParams({ text: "دانا كتبت رسالة إلى سامي أمس." })}`,
    prepare: async (page) => {
      await page.waitForSelector(".canvas .words");
      await press(page, "Home", "1", "Escape", "End", "ArrowRight", "ArrowRight", "1");
    },
  },
  token: { at: "token", prepare: (page) => page.waitForSelector("form.token") },
  name: { at: "annotate", prepare: (page) => page.waitForSelector("form.token") },
  annotate: {
    at: "annotate",
    prepare: async (page, { width, theme }) => {
      await annotateAs(page, `Anna ${width} ${theme}`);
      await drawn(page);
      await press(page, "a");
    },
  },
  link: {
    at: "annotate",
    prepare: async (page, { width, theme }) => {
      await annotateAs(page, `Lea ${width} ${theme}`);
      await press(page, "r");
    },
  },
  disagreement: {
    at: "annotate",
    prepare: async (page, { width, theme }) => {
      const who = `${width} ${theme}`;
      await annotateAs(page, `Ben ${who}`);
      await open(page, "Nous avons");
      await press(page, "e", "2", "Control+Enter");
      await page.locator(".documents .done").first().waitFor();
      await page.getByRole("button", { name: "Another name" }).click();
      await annotateAs(page, `Cleo ${who}`);
      await open(page, "Nous avons");
      await press(page, "e", "e", "Delete", "Control+Enter");
      await open(page, "Nous avons");
      await page.waitForSelector(".differences");
    },
  },
  learn: {
    at: "annotate",
    prepare: async (page, { width, theme }) => {
      await page.route("**/annotate/training", (route) => route.fulfill({ json: training }));
      await annotateAs(page, `Dora ${width} ${theme}`);
      await page.waitForSelector(".curve svg");
    },
  },
};
