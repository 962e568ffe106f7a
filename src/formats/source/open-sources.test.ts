import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { zip } from "../../../test/support/zip-writer.ts";
import {
  ArchiveLimitError,
  DamagedArchiveError,
  EmptyFileError,
  EncodingError,
  NoFilesError,
} from "../../corpus/errors.ts";
import { formatNotice, NoticeLog } from "../../corpus/notices.ts";
import { InputMissingError } from "../../errors.ts";
import { archiveLimits } from "./archive-limits.ts";
import { openSources } from "./open-sources.ts";
import type { SourceFile } from "./source-file.ts";

type Files = Record<string, string | Uint8Array>;

async function withFolder<T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "relata-sources-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const zipOf = (files: Files, isDeflated = true): Buffer =>
  zip(Object.entries(files).map(([name, content]) => ({ name, data: Buffer.from(content), isDeflated })));

interface Opened {
  readonly files: Record<string, string>;
  readonly alone: boolean[];
  readonly notices: string[];
}

/** All files by their path from `root` on. */
async function openAll(
  path: string,
  root: string,
  limits: Partial<typeof archiveLimits> = {},
  see: (file: SourceFile) => Promise<void> = async () => {},
): Promise<Opened> {
  const notices = new NoticeLog();
  const files: Record<string, string> = {};
  const alone: boolean[] = [];
  for await (const { file, isAlone } of openSources(path, { notices }, { ...archiveLimits, ...limits })) {
    await see(file);
    files[file.path.replace(root, "")] = await file.text();
    alone.push(isAlone);
    await file.close();
  }
  return { files, alone, notices: notices.list().map((notice) => formatNotice(notice).replaceAll(root, "")) };
}

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

const prefixed = (prefix: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${prefix}/${name}`, content]));

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

describe("gzip", () => {
  const text = Array.from({ length: 3000 }, (_, i) => `ligne ${i} 📦`).join("\n");
  const members = Buffer.concat([gzipSync(text.slice(0, 1000)), gzipSync(""), gzipSync(text.slice(1000))]);

  test("by content, of several members, larger than one read", async () => {
    const large = text.repeat(200);
    await withFolder({ "a.jsonl": members, "b.gz": gzipSync(large, { level: 0 }), "c.gz": "plain" }, async (root) => {
      const { files } = await openAll(root, root);
      expect(files).toEqual({ "/a.jsonl": text, "/b.gz": large, "/c.gz": "plain" });
    });
  });

  test("cut anywhere, with bytes after its end, with any byte changed: told, or the same text", async () => {
    const small = gzipSync(`${text.slice(0, 290)}.`);
    const read = async (bytes: Uint8Array): Promise<unknown> =>
      withFolder({ "a.gz": bytes }, (root) =>
        openAll(join(root, "a.gz"), root).then(
          ({ files }) => files["/a.gz"],
          (error: unknown) => error,
        ),
      );
    for (let end = 2; end < small.length; end++) {
      expect(await read(small.subarray(0, end)), `cut at ${end}`).toBeInstanceOf(DamagedArchiveError);
    }
    for (const rest of ["\0", "\0\0\0\0x", "x", "\x1f\x8b", small.subarray(0, 9).toString("latin1")]) {
      const found = await read(Buffer.concat([small, Buffer.from(rest, "latin1")]));
      expect(found, JSON.stringify(rest)).toBeInstanceOf(DamagedArchiveError);
      expect(String(found)).toMatch(/a\.gz: the archive is damaged: .*Export or download it again/);
    }
    const far = await read(
      Buffer.concat([gzipSync(Buffer.alloc(300_000, 97)), Buffer.alloc(300_000), Buffer.from("x")]),
    );
    expect(far).toBeInstanceOf(DamagedArchiveError);
    for (let at = 2; at < small.length; at++) {
      const changed = Buffer.from(small);
      changed[at]! ^= 1 << (at % 8);
      const found = await read(changed);
      if (typeof found === "string") expect(found, `byte ${at}`).toBe(`${text.slice(0, 290)}.`);
      else expect(found, `byte ${at}`).toBeInstanceOf(DamagedArchiveError);
    }
  });

  test("bombs are reported early, by the ratio and by the bytes in all", async () => {
    const bomb = gzipSync(Buffer.alloc(3_000_000, 97));
    await withFolder(
      { "a.gz": bomb, "b.zip": zipOf({ "a.gz": bomb }, false), "c.gz": gzipSync(bomb) },
      async (root) => {
        const ratio = { ratioFrom: 1_000_000 };
        for (const name of ["a.gz", "b.zip"]) {
          const failure = openAll(join(root, name), root, ratio);
          await expect(failure, name).rejects.toMatchObject({ limit: "ratio", exitCode: 65 });
          await expect(failure, name).rejects.toThrow(/over 200 times as many.*If you trust it, unpack/);
        }
        const bytes = openAll(join(root, "a.gz"), root, { unpackedBytes: 2_999_999 });
        await expect(bytes).rejects.toThrow("it unpacks to more than the 2999999 bytes that are read of one archive");
        expect((await openAll(join(root, "a.gz"), root, { unpackedBytes: 3_000_000 })).alone).toEqual([true]);
        const blank = gzipSync(Buffer.alloc(20 * 2 ** 20, 32));
        writeFileSync(join(root, "a.gz"), blank);
        await expect(openAll(join(root, "a.gz"), root)).rejects.toBeInstanceOf(EmptyFileError);
      },
    );
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
