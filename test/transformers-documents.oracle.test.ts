// A text read once with all of its entities is answered as transformers answers it, pair by pair, with types and without.
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { openModel } from "../src/model/predictor.ts";
import { encodeDocument } from "../src/tokenization/inputs/document-encoding.ts";
import { tinyVocabFolder } from "./support/tiny-tokenizer.ts";

interface Answers {
  versions: Record<string, string>;
  cases: {
    text: string;
    spans: { start: number; end: number; type: string }[];
    logits: Record<"aware" | "plain", { pair: [number, number]; logits: number[] }[]>;
  }[];
}

const folders = fileURLToPath(new URL("oracle/luke-documents/", import.meta.url));
const { versions, cases } = JSON.parse(readFileSync(`${folders}answers.json`, "utf8")) as Answers;
const place = mkdtempSync(join(tmpdir(), "relata-documents-"));
afterAll(() => rmSync(place, { recursive: true }));

/** A folder as transformers leaves it: model and tokenizer side by side. */
function assemble(name: string): string {
  const folder = join(place, name);
  cpSync(tinyVocabFolder, folder, { recursive: true });
  cpSync(join(folders, "entity_vocab.json"), join(folder, "entity_vocab.json"));
  cpSync(join(folders, name), folder, { recursive: true });
  return folder;
}

describe(`as transformers ${versions["transformers"]}`, () => {
  test.each(["aware", "plain"] as const)("%s, each text alone and all in one batch", async (name) => {
    const model = await openModel(assemble(name), { intraOpNumThreads: 1 });
    const { tokenizer, session, notes } = model;
    expect(notes).toContain("of 9 entities, the 7 special ones are read; no answer depends on the others");
    const windows = await Promise.all(
      cases.map(async ({ text, spans, logits }) => {
        const pairs = logits[name].map(({ pair }) => pair);
        const encoded = await encodeDocument(tokenizer, text, spans, pairs, { maxLength: 80 });
        expect(encoded.windows.map((window) => window.pairs)).toEqual([pairs.map((_, i) => i)]);
        return encoded.windows[0]!;
      }),
    );
    expect(windows.map(({ encoding }) => encoding.mentionCut)).toEqual([false, false, false, true]);
    for (const batchSize of [1, cases.length]) {
      const found = await session.logits(
        windows.map(({ encoding }) => encoding),
        { batchSize },
      );
      for (const [i, { logits }] of cases.entries()) {
        const expected = logits[name].flatMap((row) => row.logits);
        expect(found[i]).toHaveLength(expected.length);
        for (const [k, value] of expected.entries()) expect(Math.abs(found[i]![k]! - value)).toBeLessThan(1e-5);
      }
    }
    await model.dispose();
  });
});
