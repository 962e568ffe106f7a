import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { zip } from "../../../test/support/zip-writer.ts";
import { ArchiveLimitError, EmptyFileError, EncodingError, NoFilesError } from "../../corpus/errors.ts";
import { InputMissingError } from "../../errors.ts";
import { type Files, withFolder, zipOf, prefixed, openAll } from "../../../test/fixtures/source-folders.ts";

const mixed: Files = {
  "b.jsonl": "b",
  "a/z.txt": "z",
  "a.txt": "a",
  "B.txt": "B",
  "a/empty.jsonl": " \n",
  ".hidden": "x",
  "a/.git/config": "x",
  "__MACOSX/._a.txt": "x",
};

test("a folder and a zip of it: the same files, in order of name, without hidden ones and with a notice of empty ones", async () => {
  await withFolder({ "export.zip": zipOf(mixed), ...prefixed("export", mixed) }, async (root) => {
    const inFolder = await openAll(join(root, "export"), `${root}/export`);
    const inZip = await openAll(join(root, "export.zip"), `${root}/export.zip`);
    expect(Object.entries(inFolder.files)).toEqual([
      ["/B.txt", "B"],
      ["/a.txt", "a"],
      ["/a/z.txt", "z"],
      ["/b.jsonl", "b"],
    ]);
    expect(inFolder.alone).toEqual([false, false, false, false]);
    expect(inFolder.notices).toEqual(["empty files in folders and archives, left out: 1, at /a/empty.jsonl"]);
    expect(inZip).toEqual(inFolder);
    expect(Object.entries(inZip.files)).toEqual(Object.entries(inFolder.files));
  });
});

test("a folder, a zip stored, deflated or with gzipped members: the same, whatever the names and contents", async () => {
  const part = fc.string({
    unit: fc.constantFrom("a", "B", "é", "-", " ", "📦", "\u200d"),
    minLength: 1,
    maxLength: 4,
  });
  const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join("/")}.x`);
  const content = fc
    .oneof(fc.string({ unit: "grapheme" }), fc.constant("mot ".repeat(40_000)))
    .map((text) => `${text}.`);
  const files = fc.dictionary(name, content, { minKeys: 1, maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(files, fc.boolean(), async (files, isDeflated) => {
      const utf8 = (data: (content: string | Uint8Array) => Uint8Array): Buffer =>
        zip(
          Object.entries(files).map(([name, content]) => ({
            name: Buffer.from(name).toString("latin1"),
            data: data(content),
            isDeflated,
            flags: 0x800,
          })),
        );
      const archives = {
        "plain.zip": utf8((content) => Buffer.from(content)),
        "packed.zip": utf8((content) => gzipSync(content)),
      };
      await withFolder({ ...archives, ...prefixed("folder", files) }, async (root) => {
        const [folder, ...others] = await Promise.all(
          ["folder", "plain.zip", "packed.zip"].map((name) => openAll(join(root, name), `${root}/${name}`)),
        );
        expect(Object.values(folder!.files).sort()).toEqual(Object.values(files).sort());
        for (const other of others) expect(Object.entries(other.files)).toEqual(Object.entries(folder!.files));
      });
    }),
    { numRuns: 30 },
  );
});

test("one file is alone wherever it lies, and several are not", async () => {
  const one = { "a.jsonl": "a", "__MACOSX/a": "x" };
  const files = { "one.zip": zipOf(one), "a.gz": gzipSync("a"), ...prefixed("folder", one), "in/one.zip": zipOf(one) };
  await withFolder(files, async (root) => {
    for (const name of ["one.zip", "a.gz", "folder", "in", "folder/a.jsonl"]) {
      expect(await openAll(join(root, name), root), name).toMatchObject({ alone: [true] });
    }
    expect((await openAll(join(root, "in"), root)).files).toEqual({ "/in/one.zip/a.jsonl": "a" });
    expect((await openAll(root, root)).alone).toEqual([false, false, false, false]);
  });
});

const brat: Files = {
  "annotation.conf": "[relations]",
  "sub/visual.conf": "",
  "a.txt": "",
  "a.ann": "",
  "sub/a.txt": "below",
  "sub/a.ann": "T1",
  "sub/family\u200d.ann": "T1",
  "sub/family\u200d.txt": "joined",
  "lone.txt": "lone",
};

test("a file opens others of its folder, empty ones too; companions are no files of their own", async () => {
  const archive = zip(
    Object.entries(brat).map(([name, content]) => ({
      name: Buffer.from(name).toString("latin1"),
      data: Buffer.from(content),
      flags: 0x800,
    })),
  );
  await withFolder({ "brat.zip": archive, ...prefixed("brat", brat), "outside.txt": "x" }, async (root) => {
    for (const name of ["brat", "brat.zip"]) {
      const texts: (string | undefined)[] = [];
      const { files, notices } = await openAll(join(root, name), `${root}/${name}/`, {}, async (file) => {
        const beside = await file.sibling(file.name.replace(/ann$/, "txt"));
        texts.push(beside && (await beside.text()));
        expect(file.siblings[0]).toBe(beside);
        const outside = ["../outside.txt", "sub/a.txt", "/etc/hostname", "..", ".", "", "..\\outside.txt", "none.txt"];
        for (const name of outside) expect(await file.sibling(name), name).toBeUndefined();
      });
      expect(Object.keys(files)).toEqual(["a.ann", "lone.txt", "sub/a.ann", "sub/family\\u{200d}.ann"]);
      expect(texts).toEqual(["", "lone", "below", "joined"]);
      expect(notices).toEqual([]);
    }
    const alone = await openAll(join(root, "brat", "a.ann"), root, {}, async (file) => {
      expect(await (await file.sibling("a.txt"))!.text()).toBe("");
      expect(await (await (await file.sibling("annotation.conf"))!.sibling("lone.txt"))!.text()).toBe("lone");
      for (const name of ["../outside.txt", "sub", "..", "none.txt"]) {
        expect(await file.sibling(name), name).toBeUndefined();
      }
    });
    expect(alone.files).toEqual({ "/brat/a.ann": "" });
  });
});

test("links: into the folder read once, out of it or to nothing left out and counted, to a folder not followed", async () => {
  await withFolder({ "in/a": "a", "in/.store/b": "b", "in/sub/c": "c", "out/d": "d" }, async (root) => {
    const link = (name: string, target: string): void => symlinkSync(target, join(root, "in", name));
    link("also-a", "a");
    link("b", ".store/b");
    link("again-b", ".store/b");
    link("d", "../out/d");
    link("absolute", join(root, "out", "d"));
    link("none", "nowhere");
    link("round", ".");
    link("sub/up", "..");
    link("out", "../out");
    link("store", ".store");
    const { files, notices } = await openAll(join(root, "in"), `${root}/in`);
    expect(files).toEqual({ "/a": "a", "/again-b": "b", "/sub/c": "c" });
    expect(notices).toEqual([
      "links that lead out of their folder, to a hidden folder or to nothing, left out: 5, at /absolute, /d, /none, …",
    ]);
    symlinkSync("in", join(root, "linked"));
    expect(Object.keys((await openAll(join(root, "linked"), root)).files)).toHaveLength(3);
  });
});

test("what gives nothing: no path, an empty file, folder, zip, gzip; and UTF-16", async () => {
  const files: Files = {
    "empty/.hidden": "x",
    "blank/a": "\n",
    "empty.zip": zipOf({}),
    "blank.zip": zipOf({ a: "\n", "b/": "" }),
    "empty.gz": gzipSync(""),
    nothing: "",
    utf16: gzipSync(Buffer.from("\uFEFFa", "utf16le")),
  };
  await withFolder(prefixed("x", files), async (root) => {
    const failure = (name: string): Promise<unknown> =>
      openAll(join(root, "x", name), root).catch((error: unknown) => error);
    expect(await failure("none")).toBeInstanceOf(InputMissingError);
    expect(await failure("blank/a/b")).toBeInstanceOf(InputMissingError);
    for (const name of ["empty", "blank", "empty.zip", "blank.zip"]) {
      expect(await failure(name), name).toBeInstanceOf(NoFilesError);
    }
    for (const name of ["nothing", "blank/a"]) expect(await failure(name), name).toBeInstanceOf(EmptyFileError);
    expect(await failure("empty.gz")).toBeInstanceOf(EmptyFileError);
    expect(await failure("utf16")).toBeInstanceOf(EncodingError);
  });
});

test("a folder of more files than are read", async () => {
  await withFolder({ a: "a", "b/c": "c", "b/d": "d" }, async (root) => {
    expect((await openAll(root, root, { members: 3 })).alone).toHaveLength(3);
    await expect(openAll(root, root, { members: 2 })).rejects.toBeInstanceOf(ArchiveLimitError);
  });
});
