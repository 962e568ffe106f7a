import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyDocument, annottoLine, makeDocument, withFile } from "../../test/fixtures/documents.ts";
import { zip } from "../../test/support/zip-writer.ts";
import { InputMissingError, UsageError, UserError } from "../errors.ts";
import {
  DamagedArchiveError,
  DuplicateDocumentError,
  EmptyFileError,
  EncodingError,
  NoDocumentsError,
  NotJsonError,
  UnknownFormatError,
} from "../corpus/errors.ts";
import { formatNotice } from "../corpus/notices.ts";
import { readCorpus, type ReadOptions } from "./read.ts";

const a = annottoLine(makeDocument("a", "un deux", ["un", "deux"], [[0, 1, "x"]]));
const b = annottoLine(makeDocument("b", "un deux", ["un", "deux"]));
const semeval = '7\t"The <e1>child</e1> in the <e2>cradle</e2>"\nOther\nComment:\n';

test("files of two formats in one corpus, each with what it was", async () => {
  await withFile(`${a}\n${b}\n`, (annotto) =>
    withFile(semeval, async (text) => {
      const { documents, sources } = await readCorpus([annotto, text]);
      expect(documents.map(({ id, source }) => [id, source?.file, source?.line])).toEqual([
        ["a", annotto, 1],
        ["b", annotto, 2],
        ["7", text, 1],
      ]);
      const sha256 = createHash("sha256").update(`${a}\n${b}\n`).digest("hex");
      expect(sources).toMatchObject([
        { path: annotto, formats: ["annotto"], bytes: a.length + b.length + 2, sha256, documents: 2 },
        { path: text, formats: ["semeval2010"], bytes: semeval.length, documents: 1 },
      ]);
    }),
  );
});

test("a file larger than one read", async () => {
  const lines = Array.from({ length: 3000 }, (_, i) => annottoLine(makeDocument(`d${i}`, `À ${i} un`, ["À", "un"])));
  const content = Buffer.from(lines.join("\r\n"));
  await withFile(content, async (path) => {
    const { documents, sources } = await readCorpus([path]);
    expect(documents).toHaveLength(3000);
    expect(documents.at(-1)!.source!.line).toBe(3000);
    expect(sources[0]!.bytes).toBe(content.length);
    expect(sources[0]!.sha256).toBe(createHash("sha256").update(content).digest("hex"));
  });
});

test("an id read twice: an error with both places, or left out and counted", async () => {
  await withFile(a, (first) =>
    withFile(`${b}\n${a}`, async (second) => {
      const failure = readCorpus([first, second]);
      await expect(failure).rejects.toBeInstanceOf(DuplicateDocumentError);
      await expect(failure).rejects.toThrow(`${second}:2: document id "a" was already read at ${first}:1`);
      const { documents, notices, sources } = await readCorpus([first, second], { skipInvalid: true });
      expect(documents.map(({ id }) => id)).toEqual(["a", "b"]);
      expect(sources.map(({ documents }) => documents)).toEqual([1, 1]);
      expect(notices).toMatchObject([
        { code: "duplicate-document", count: 1, total: 3, locations: [{ file: second, line: 2 }] },
      ]);
    }),
  );
});

describe("files that give nothing", () => {
  test.each([
    ["empty", "", EmptyFileError],
    ["blank", "\uFEFF \r\n\n", EmptyFileError],
    ["unknown", '{"text": "x", "spans": []}\n', UnknownFormatError],
    ["half a zip", "PK\u0003\u0004\u0000", DamagedArchiveError],
    ["UTF-16", Buffer.from(`\uFEFF${a}`, "utf16le"), EncodingError],
    ["nothing annotated", '{"item": {"uuid": "a", "data": {"text": "x"}}, "annotation": {}}', NoDocumentsError],
  ])("%s", async (_, content, error) => {
    await withFile(content, async (path) => {
      for (const skipInvalid of [false, true]) {
        await expect(readCorpus([path], { skipInvalid })).rejects.toBeInstanceOf(error);
      }
    });
  });

  test("only invalid lines, even if they are to be skipped", async () => {
    await withFile('{"item": 1}\n{"item": 2}\n', async (path) => {
      const failure = readCorpus([path], { skipInvalid: true });
      await expect(failure).rejects.toBeInstanceOf(NoDocumentsError);
      await expect(failure).rejects.toThrow("invalid documents, left out: 2 of 2 (100.0 %)");
    });
  });

  test("an unknown format is described, the known ones are not listed", async () => {
    await withFile("MIT License", async (path) => {
      await expect(readCorpus([path])).rejects.toThrow(
        /plain text, "MIT License"\..*`relata data formats` lists the formats that are read\.$/,
      );
    });
  });

  test("no file and no path at all", async () => {
    await withFile(a, async (path) => {
      await expect(readCorpus([`${path}.none`])).rejects.toBeInstanceOf(InputMissingError);
      await expect(readCorpus([join(path, "below")])).rejects.toBeInstanceOf(InputMissingError);
      await expect(readCorpus([join(path, "below")])).rejects.toMatchObject({ exitCode: 66 });
    });
    await expect(readCorpus([])).rejects.toBeInstanceOf(UsageError);
  });
});

describe("a folder or an archive", () => {
  const items = '{"uuid": "a", "data": {"text": "un deux"}}\n';
  const exported = {
    "annotations.jsonlines": `${a}\n${b}\n`,
    "config.json": '{"name": "colis", "tasks": [{"type": "NER", "value": "T"}]}',
    "items.jsonlines": items,
    "predictions.jsonlines":
      '{"uuid": "a", "annotations": {"NER": {"entities": [{"value": "T", "start": 0, "end": 2}]}}}\n',
  };
  const inForms = async (
    files: Record<string, string | Uint8Array>,
    check: (path: string, options?: ReadOptions) => Promise<void>,
  ): Promise<void> => {
    const entries = Object.entries(files).map(([name, data]) => ({ name, data: Buffer.from(data), isDeflated: true }));
    await withFile(zip(entries), check);
    await withFile("", async (file) => {
      const folder = join(dirname(file), "export");
      mkdirSync(folder);
      for (const { name, data } of entries) writeFileSync(join(folder, name), data);
      await check(folder);
    });
  };

  test("Annotto's export: its annotations are read, the rest is counted; the source is all that was read", async () => {
    await inForms(exported, async (path) => {
      const { documents, notices, sources } = await readCorpus([path]);
      const file = `${path}/annotations.jsonlines`;
      expect(documents.map(({ id, source }) => [id, source])).toEqual([
        ["a", { file, line: 1 }],
        ["b", { file, line: 2 }],
      ]);
      expect(notices).toMatchObject([
        {
          code: "unknown-file",
          count: 3,
          total: 4,
          locations: ["config.json", "items.jsonlines", "predictions.jsonlines"].map((name) => ({
            file: `${path}/${name}`,
          })),
        },
      ]);
      const content = exported["annotations.jsonlines"];
      const sha256 = createHash("sha256").update(content).digest("hex");
      expect(sources).toEqual([{ path, formats: ["annotto"], bytes: content.length, sha256, documents: 2 }]);
    });
  });

  test("files of several formats; a format that is asked for takes its own of several, and a lone file in any case", async () => {
    await inForms({ "a.jsonl.gz": gzipSync(a), "b.jsonl": b, "c.txt": semeval, "d.md": "x" }, async (path) => {
      const { documents, sources } = await readCorpus([path]);
      expect(documents.map(({ id }) => id)).toEqual(["a", "b", "7"]);
      const digest = (content: string): string => createHash("sha256").update(content).digest("hex");
      const listing = [
        [a, "a.jsonl.gz"],
        [b, "b.jsonl"],
        [semeval, "c.txt"],
      ]
        .map(([content, name]) => `${digest(content!)}  ${path}/${name}\n`)
        .join("");
      const bytes = a.length + b.length + semeval.length;
      expect(sources).toEqual([
        { path, formats: ["annotto", "semeval2010"], bytes, sha256: digest(listing), documents: 3 },
      ]);
      const { documents: asked, notices } = await readCorpus([path], { format: "semeval2010" });
      expect(asked.map(({ id }) => id)).toEqual(["7"]);
      expect(notices.map(formatNotice)).toEqual([
        expect.stringContaining("files of no known format in folders and archives, left out: 3 of 4 (75.0 %), at "),
      ]);
    });
    await inForms({ "c.txt": semeval }, async (path) => {
      expect((await readCorpus([path], { format: "semeval2010" })).documents).toHaveLength(1);
      await expect(readCorpus([path], { format: "annotto" })).rejects.toBeInstanceOf(NotJsonError);
    });
  });

  test("nothing of a known format: the files are listed", async () => {
    await inForms({ "a.md": "x", "b.png": "y", "c.txt": "" }, async (path) => {
      const failure = readCorpus([path]);
      await expect(failure).rejects.toBeInstanceOf(UnknownFormatError);
      await expect(failure).rejects.toThrow(
        `${path}: no file in a format that is read among its 2: a.md (plain text, "x"), b.png (plain text, "y"). Of a.md: `,
      );
    });
    await inForms({ "a.md": "x" }, async (path) => {
      await expect(readCorpus([path])).rejects.toThrow(
        `${path}/a.md: not in a format that is read: it looks like plain text, "x".`,
      );
    });
    await inForms({ "a.jsonl": a, "b.jsonl": b }, async (path) => {
      await expect(readCorpus([path], { format: "semeval2010" })).rejects.toThrow(
        /among its 2: a\.jsonl \(the format annotto\), b\.jsonl .*Leave --format out to have it read as annotto\./,
      );
    });
  });

  test("documents lie in the members as they lie in the files", async () => {
    const name = fc.stringMatching(/^[a-zA-Z]{1,3}\.jsonl$/);
    const member = fc.array(anyDocument, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, member, { minKeys: 1, maxKeys: 4 }), async (members) => {
        const read: unknown[] = [];
        const files = Object.fromEntries(
          Object.entries(members).map(([name, documents]) => [name, documents.map(annottoLine).join("\n")]),
        );
        await inForms(files, async (path) => {
          const { documents } = await readCorpus([path]);
          read.push(
            documents.map(({ source, ...document }) => ({ ...document, file: source!.file.slice(path.length) })),
          );
        });
        const expected = Object.keys(members)
          .sort()
          .flatMap((name) => members[name]!.map((document) => ({ ...document, file: `/${name}` })));
        expect(read).toEqual([expected, expected]);
      }),
      { numRuns: 30 },
    );
  });
});

test("a line that is not UTF-8 is an invalid document", async () => {
  const bytes = Buffer.concat([Buffer.from(`${a}\n`), Buffer.from(b.replace("deux", "d\u00e9ux"), "latin1")]);
  await withFile(bytes, async (path) => {
    await expect(readCorpus([path])).rejects.toBeInstanceOf(EncodingError);
    const { documents } = await readCorpus([path], { skipInvalid: true });
    expect(documents.map(({ id }) => id)).toEqual(["a"]);
  });
});

test("whatever bytes change, reading succeeds or tells a person what is wrong", async () => {
  const mutations = fc.array(fc.record({ at: fc.nat({ max: 100_000 }), byte: fc.nat({ max: 255 }) }), { maxLength: 4 });
  const annotto = fc.array(anyDocument, { minLength: 1, maxLength: 3 }).map((all) => all.map(annottoLine).join("\n"));
  const valid = fc.oneof(annotto, fc.constant(`${semeval}\n${semeval.replace("7", "8")}`));
  await fc.assert(
    fc.asyncProperty(valid, mutations, fc.boolean(), async (content, mutations, skipInvalid) => {
      const bytes = Buffer.from(content);
      for (const { at, byte } of mutations) bytes[at % bytes.length] = byte;
      const error = await withFile(bytes, (path) => readCorpus([path], { skipInvalid })).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(error instanceof UserError ? undefined : error).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});
