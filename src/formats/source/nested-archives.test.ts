import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ArchiveLimitError } from "../../corpus/errors.ts";
import { NoticeLog } from "../../corpus/notices.ts";
import { archiveLimits } from "./archive-limits.ts";
import { openSources } from "./open-sources.ts";
import { type Files, withFolder, zipOf, openAll } from "../../../test/fixtures/source-folders.ts";

describe("a zip within a zip", () => {
  test("gives its files, under both names; one within that stays the file that it is", async () => {
    const inner = zipOf({ "a.txt": "a", "b/c.txt": "c" });
    const deepest = zipOf({ "deep.zip": inner, "d.txt": "d" });
    await withFolder(
      { "outer.zip": zipOf({ "inner.zip": inner, "b.txt": "b", "deeper.zip": deepest }) },
      async (root) => {
        const notices = new NoticeLog();
        const heads: string[] = [];
        for await (const { file, isAlone } of openSources(root, { notices })) {
          heads.push(`${file.path.replace(root, "")} ${file.head.slice(0, 2)} ${isAlone}`);
          await file.close();
        }
        expect(heads).toEqual([
          "/outer.zip/b.txt b false",
          "/outer.zip/deeper.zip/d.txt d false",
          "/outer.zip/deeper.zip/deep.zip PK false",
          "/outer.zip/inner.zip/a.txt a false",
          "/outer.zip/inner.zip/b/c.txt c false",
        ]);
      },
    );
    await withFolder({ "outer.zip": zipOf({ "inner.zip": zipOf({ "a.txt": "a" }) }) }, async (root) => {
      expect((await openAll(join(root, "outer.zip"), root)).alone).toEqual([true]);
    });
  });

  test("files beside each other are found there", async () => {
    const inner = zipOf({ "a.ann": "T1\tX 0 1\ta", "a.txt": "abc" });
    await withFolder({ "outer.zip": zipOf({ "inner.zip": inner }) }, async (root) => {
      const beside: string[] = [];
      await openAll(join(root, "outer.zip"), root, {}, async (file) => {
        beside.push((await (await file.sibling("a.txt"))?.text()) ?? "");
      });
      expect(beside).toEqual(["abc"]);
    });
  });

  const blank = { "a.txt": "x".repeat(30_000) };
  const bombs: [string, Files, Partial<typeof archiveLimits>, string][] = [
    ["members", { "i.zip": zipOf({ a: "a", b: "b" }), "j.zip": zipOf({ a: "a", b: "b" }) }, { members: 5 }, "members"],
    ["bytes", { "i.zip": zipOf(blank), "j.zip": zipOf(blank) }, { unpackedBytes: 50_000 }, "unpackedBytes"],
    ["a ratio", { "i.zip": zipOf(blank), n: randomBytes(900) }, { ratio: 20, ratioFrom: 10_000 }, "ratio"],
    ["a size", { "i.zip": zipOf({ a: randomBytes(2000) }) }, { nestedBytes: 1000 }, "nestedBytes"],
  ];
  test.each(bombs)("keeps to the limits of the outer one: %s", async (_, files, limits, limit) => {
    await withFolder({ "outer.zip": zipOf(files) }, async (root) => {
      const failure = await openAll(root, root, limits).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(ArchiveLimitError);
      expect(failure).toMatchObject({ limit });
    });
  });

  test("a damaged one is reported with its place", async () => {
    const inner = zipOf({ "a.txt": "aaaa" }, false);
    inner[35]! ^= 1;
    await withFolder({ "outer.zip": zipOf({ "inner.zip": inner }) }, async (root) => {
      await expect(openAll(root, root)).rejects.toThrow(/outer\.zip\/inner\.zip.*damaged/);
    });
  });
});
