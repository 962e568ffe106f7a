import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { formatContract } from "../../../test/fixtures/format-contract.ts";
import { asOneRecord, threeEntities, written } from "../../../test/fixtures/pair-documents.ts";
import { surface } from "../../corpus/document.ts";
import { RecordError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { hasBracket, parseBrackets, writeBrackets } from "./brackets.ts";
import { scibert } from "./index.ts";

formatContract(scibert, {
  runs: 250,
  expected: (document) => (hasBracket(document.text) ? undefined : asOneRecord(scibert, document)),
});

const read = (records: readonly unknown[], options?: ReadOptions): Promise<Corpus> =>
  withFile(records.map((record) => JSON.stringify(record)).join("\n"), (path) => readCorpus([path], options));
const pairs = ({ documents }: Corpus): string[][] =>
  documents.map((document) => document.entities.map((entity) => surface(document, entity)));

const scierc = (text: string, label = "USED-FOR"): object => ({ text, label, metadata: [4, 4, 6, 7] });

describe("reading", () => {
  test("head in square brackets, tail in angles, in either order; the blanks inside are the brackets'", async () => {
    const corpus = await read([
      scierc("This is an [[ algorithm ]] for << optical flow >> -LRB- fast -RRB- ."),
      scierc("The << parser >> has a [[ control structure ]] .", "PART-OF"),
      scierc("Effect of <<EMP>> on [[androgen receptor]]."),
      scierc("[[ Recognition of << proper nouns >> ]] is hard ."),
    ]);
    expect(corpus.sources).toMatchObject([{ formats: ["scibert"] }]);
    expect(pairs(corpus)).toEqual([
      ["algorithm", "optical flow"],
      ["control structure", "parser"],
      ["androgen receptor", "EMP"],
      ["Recognition of proper nouns", "proper nouns"],
    ]);
    expect(corpus.documents[0]).toMatchObject({
      id: "annotations-1",
      text: "This is an algorithm for optical flow ( fast ) .",
      relations: [{ head: 0, tail: 1, label: "USED-FOR" }],
    });
    expect(corpus.documents[2]!.text).toBe("Effect of EMP on androgen receptor.");
    expect(corpus.notices).toMatchObject([{ code: "treebank-token", count: 1 }]);
  });

  test.each([
    ["no tail", "An [[ algorithm ]] ."],
    ["two heads", "[[ a ]] and [[ b ]] for << c >>"],
    ["an end before its beginning is an empty or reversed span", "]] a [[ for << c >>"],
  ])("%s", async (_, text) => {
    const good = scierc("An [[ algorithm ]] for << flow >> .");
    await expect(read([good, scierc(text)])).rejects.toThrow(/:2: /);
    const { documents, notices } = await read([good, scierc(text)], { skipInvalid: true });
    expect(documents).toHaveLength(1);
    expect(notices).toMatchObject([{ code: "invalid-document", count: 1, total: 2 }]);
  });

  test("the files without brackets say what they lack", async () => {
    const failure = read([scierc("An algorithm for flow .")], { format: "scibert" });
    await expect(failure).rejects.toBeInstanceOf(RecordError);
    await expect(failure).rejects.toThrow("expected one [[ head ]] and one << tail >> in the text");
  });
});

describe("brackets", () => {
  test("of any two spans come back", () => {
    const span = fc
      .tuple(fc.nat(8), fc.nat(8))
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
    fc.assert(
      fc.property(fc.stringMatching(/^[ab \][<>]{9}$/), span, span, (text, head, tail) => {
        fc.pre(
          !hasBracket(text) && !hasBracket(writeBrackets(text, [head, tail]).replaceAll(/\[\[ | \]\]|<< | >>/g, "")),
        );
        expect(parseBrackets(writeBrackets(text, [head, tail]), { file: "a" })).toEqual({ text, spans: [head, tail] });
      }),
      { numRuns: 500 },
    );
  });

  test("of the text itself leave a document out, which is reported", async () => {
    const { text, notices } = await written([{ ...threeEntities, text: "Le colis << part lundi." }], scibert);
    expect(text).toBe("");
    expect(notices.at(-1)).toMatchObject({ code: "tag-in-text", count: 1, lost: { documents: 1 } });
  });
});

test("each relation is a line of its own", async () => {
  const { text } = await written([threeEntities], scibert);
  expect(
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { id: "mail-7-0", text: "Le [[ colis ]] 📦 << part >> lundi.", label: "WHO_DO", metadata: [] },
    { id: "mail-7-1", text: "Le colis 📦 << part >> [[ lundi ]].", label: "TIME_OF_WHAT", metadata: [] },
  ]);
});

test("SciERC's raw abstracts are files of brat", async () => {
  const folder = mkdtempSync(join(tmpdir(), "relata-scierc-"));
  try {
    writeFileSync(join(folder, "P99.txt"), "We present a parser for speech. It is fast.");
    writeFileSync(
      join(folder, "P99.ann"),
      "T1\tMethod 13 19\tparser\nT2\tTask 24 30\tspeech\nT3\tGeneric 32 34\tIt\n*\tCOREF T1 T3\nR1\tUSED-FOR Arg1:T1 Arg2:T2\t\n",
    );
    const { documents, sources } = await readCorpus([folder]);
    expect(sources).toMatchObject([{ formats: ["brat"] }]);
    expect(documents[0]!.relations).toContainEqual({ head: 0, tail: 1, label: "USED-FOR" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
