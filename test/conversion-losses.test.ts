// The losses that `data convert` reports are the real ones: counted by comparing documents before and after, for odd texts,
// from every format to every other. The default run takes a sample of the pairs; `npm run test:long` takes them all.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { convertConfig } from "../src/config.ts";
import type { Document } from "../src/corpus/document.ts";
import type { Notice } from "../src/corpus/notices.ts";
import { formatNames, type FormatName } from "../src/formats/names.ts";
import { formats } from "../src/formats/registry.ts";
import { convertData, type ConvertResult } from "../src/recipes/convert-data.ts";
import { countDifferences, type Differences } from "./fixtures/count-differences.ts";
import { readBack, withWritten, writeContext } from "./fixtures/format-contract.ts";
import { oddDocument, oddTexts } from "./fixtures/odd-documents.ts";

const isLong = process.env["MODE"] === "long";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "relata-losses-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const holdsPairs = (name: FormatName): boolean => !formats[name].writer!.holds.has("many-entities");

/** A document that a format of pairs writes as one record. */
const asOnePair = (document: Document): Document => ({
  ...document,
  entities: document.entities.slice(0, 2),
  relations: document.relations.filter(({ head, tail }) => head < 2 && tail < 2).slice(0, 1),
});

let conversions = 0;

/** Converts a file and reads what was written. */
async function convert(from: FormatName, path: string, to: FormatName) {
  const { layout, extension } = formats[to].writer!;
  const output = join(folder, `${conversions++}${extension}`);
  const pieces: string[] = [];
  const held = {
    write: async ({ text }: { text: string }) => void pieces.push(text),
    close: async () => ({ files: 1, bytes: 0 }),
    abandon: async () => {},
  };
  const config = convertConfig.parse({ format: from, to, keepNegatives: true });
  const run = convertData([path], layout === "folder" ? output : held, config);
  let next = await run.next();
  while (!next.done) next = await run.next();
  const result: ConvertResult = next.value;
  if (layout === "file") writeFileSync(output, pieces.join(""));
  const after = lostOf(result.losses, "documents") > 0 ? [] : await readBack(output, { format: to });
  rmSync(output, { recursive: true });
  return { result, after };
}

const lostOf = (losses: readonly Notice[], kind: "documents" | "entities" | "relations"): number =>
  losses.reduce((sum, { lost }) => sum + (lost?.[kind] ?? 0), 0);

/** How often notices of these codes happened. */
const countOf = (losses: readonly Notice[], ...codes: string[]): number =>
  losses.filter(({ code }) => codes.includes(code)).reduce((sum, { count }) => sum + count, 0);

/** By what may be different: codes of notices that say so of it, and codes of notices that may mean it, too. */
const codes = {
  texts: { says: ["lost-exact-text", "read-otherwise"], mayMean: ["line-break", "xml-character"] },
  ids: { says: ["id-changed"], mayMean: ["lost-ids", "lost-many-entities", "both-directions"] },
  metadata: { says: ["lost-metadata", "metadata-key", "metadata-name"], mayMean: [] },
  names: { says: ["lost-entity-types", "type-renamed", "stand-in-type", "untyped-entity"], mayMean: ["xml-character"] },
} as const;

/** The reported losses, in the shape of those found; `found` decides where notices may mean it or not. */
function reported(losses: readonly Notice[], found: Differences): unknown {
  const isSaid = (aspect: keyof typeof codes): boolean => {
    const { says, mayMean } = codes[aspect];
    return countOf(losses, ...says) > 0 || (found[aspect] && countOf(losses, ...mayMean) > 0);
  };
  const amounts = {
    documents: lostOf(losses, "documents"),
    entities: lostOf(losses, "entities"),
    relations: lostOf(losses, "relations"),
  };
  if (amounts.documents > 0) return amounts;
  return {
    ...amounts,
    texts: isSaid("texts"),
    ids: isSaid("ids"),
    metadata: isSaid("metadata"),
    names: isSaid("names"),
    probabilities: countOf(losses, "lost-probabilities", "one-score"),
    trimmed: found.trimmed === undefined ? undefined : countOf(losses, "lost-rough-spans"),
  };
}

async function check(from: FormatName, to: FormatName, odd: Document): Promise<void> {
  const document = holdsPairs(from) ? asOnePair(odd) : odd;
  const context = writeContext();
  const use = async (path: string): Promise<void> => {
    // Of a document that the first format does not hold nothing was written, which the pair of Relata and it reports.
    if (lostOf(context.notices.list(), "documents") > 0) return;
    const [before] = await readBack(path, { format: from });
    if (!before) return;
    const { result, after } = await convert(from, path, to);
    // As much is met in the file as was written into it, whatever becomes of it in reading.
    if (!holdsPairs(from)) {
      const lost = (kind: "entities" | "relations"): number => lostOf(context.notices.list(), kind);
      const { entities, relations } = result.met;
      expect({ entities, relations }).toEqual({
        entities: document.entities.length - lost("entities"),
        relations: document.relations.length - lost("relations"),
      });
    }
    const found = countDifferences(before, after, holdsPairs(to));
    const { documents, entities, relations, ...others } = found;
    expect({ codes: result.losses.map(({ code }) => code), told: reported(result.losses, found) }).toEqual({
      codes: expect.anything(),
      told: { documents, entities, relations, ...(documents > 0 ? {} : others) },
    });
    expect(result.met.entities - result.written.entities).toBe(entities);
    expect(result.met.relations - result.written.relations).toBe(relations);
  };
  await withWritten([document], formats[from], use, context);
}

const kinds = Object.keys(oddTexts);
const longText = "a long text";
const pairs = formatNames.flatMap((from) => formatNames.map((to) => [from, to] as const));
// To every format from one that holds everything, and from every format to one; a sample of the rest, the same each time.
const sample = pairs.filter(([from, to], i) => from === "relata" || to === "relata" || i % 29 === 0);
const chosen = isLong ? pairs : sample;

describe(`${chosen.length} of ${pairs.length} pairs of formats`, () => {
  test.each(chosen)("%s to %s", { timeout: 900_000 }, async (from, to) => {
    // Few and fixed, so that the default run takes seconds; the long run is at random, with long texts among them.
    const wanted = isLong ? kinds : kinds.filter((kind) => kind !== longText);
    const runs = isLong ? { numRuns: 20 } : { numRuns: 2, seed: pairs.findIndex(([a, b]) => a === from && b === to) };
    await fc.assert(
      fc.asyncProperty(oddDocument(wanted), ({ document }) => check(from, to, document)),
      { ...runs, endOnFailure: true },
    );
  });
});

test.each(kinds)("from Relata to formats: %s", { timeout: 300_000 }, async (kind) => {
  for (const [i, to] of formatNames.entries()) {
    if (!isLong && (i + kinds.indexOf(kind)) % 7 !== 0) continue;
    const [odd] = fc.sample(oddDocument([kind]), { numRuns: 1, seed: i });
    await check("relata", to, odd!.document);
  }
});
