import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UnavailableError, UsageError } from "../errors.ts";
import { openDataOutput } from "./data-output.ts";
import { FolderPieces } from "./pieces.ts";
import { StagedFolder } from "./staged-folder.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "relata-output-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const fill = async (path: string, names: readonly string[], overwrite: boolean): Promise<void> => {
  const output = await openDataOutput(path, { layout: "folder" }, { overwrite });
  try {
    for (const file of names) await output.write({ file, text: `new ${file}` });
    await output.close();
  } catch (error) {
    await output.abandon();
    throw error;
  }
};

describe("a folder", () => {
  test("appears when it is complete", async () => {
    const output = await openDataOutput(at("deep/out"), { layout: "folder" }, { overwrite: false });
    await output.write({ file: "a.txt", text: "un" });
    await output.write({ file: "a.txt", text: " deux" });
    await output.write({ file: "sub/b.txt", text: "trois" });
    expect(existsSync(at("deep/out"))).toBe(false);
    expect(await output.close()).toEqual({ files: 2, bytes: 12 });
    expect(readFileSync(at("deep/out/a.txt"), "utf8")).toBe("un deux");
    expect(readFileSync(at("deep/out/sub/b.txt"), "utf8")).toBe("trois");
    expect(readdirSync(at("deep"))).toEqual(["out"]);
  });

  test("that is abandoned leaves nothing", async () => {
    const output = await openDataOutput(at("out"), { layout: "folder" }, { overwrite: false });
    await output.write({ file: "a.txt", text: "un" });
    await output.abandon();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("replaces one of the same kinds of files, if so wished", async () => {
    await fill(at("out"), ["a.txt", "old.txt"], false);
    await expect(fill(at("out"), ["a.txt"], false)).rejects.toThrow("is not empty: it holds a.txt, old.txt");
    await fill(at("out"), ["a.txt", "b.ann"], true);
    expect(readdirSync(at("out"))).toEqual(["a.txt", "b.ann"]);
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  test.each(["notes.md", ".hidden", "sub/picture.png"])("with a %s of another kind is kept", async (name) => {
    mkdirSync(at("out/sub"), { recursive: true });
    writeFileSync(at("out/a.txt"), "old");
    writeFileSync(at(`out/${name}`), "mine");
    await expect(fill(at("out"), ["a.txt"], true)).rejects.toThrow(`those that would replace them: ${name}`);
    expect(readFileSync(at("out/a.txt"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  test("is none where a file stands, or where one is", async () => {
    writeFileSync(at("file"), "mine");
    await expect(StagedFolder.create(at("file"), { overwrite: true })).rejects.toThrow(UsageError);
    await expect(StagedFolder.create(at("file/out"), { overwrite: true })).rejects.toThrow(UnavailableError);
    await expect(StagedFolder.create(".", { overwrite: true })).rejects.toThrow("the folder you are in");
  });

  test.each([undefined, "", "../a.txt", "/etc/a.txt", "a/../../b", "a//b", "a\\..\\b", "C:a.txt", "a\0b", "./a", "a/"])(
    "holds no file %j",
    async (name) => {
      const pieces = new FolderPieces(folder);
      const piece = name === undefined ? { text: "un" } : { file: name, text: "un" };
      await expect(pieces.write(piece)).rejects.toThrow("internal: a writer named a file");
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test("holds each file once", async () => {
    const output = await openDataOutput(at("out"), { layout: "folder" }, { overwrite: false });
    for (const file of ["a.txt", "b.txt"]) await output.write({ file, text: "un" });
    await output.write({ file: "a.txt", text: "deux" });
    await expect(output.close()).rejects.toThrow(UnavailableError);
    await output.abandon();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a file", () => {
  const write = async (path: string, text: string, overwrite = false): Promise<void> => {
    const output = await openDataOutput(path, { layout: "file" }, { overwrite });
    try {
      await output.write({ text });
      await output.close();
    } catch (error) {
      await output.abandon();
      throw error;
    }
  };

  test("appears when it is complete, packed if its name says so", async () => {
    const text = "colis 📦\n".repeat(100_000);
    const output = await openDataOutput(at("out.gz"), { layout: "file" }, { overwrite: false });
    for (let i = 0; i < 10; i++) await output.write({ text: text.slice(i * 90_000, (i + 1) * 90_000) });
    expect(existsSync(at("out.gz"))).toBe(false);
    const { bytes } = await output.close();
    const packed = readFileSync(at("out.gz"));
    expect(bytes).toBe(packed.length);
    expect(gunzipSync(packed).toString()).toBe(text);
    expect(readdirSync(folder)).toEqual(["out.gz"]);
  });

  test("is replaced if so wished; a link is replaced, not what it leads to", async () => {
    await write(at("a"), "un");
    symlinkSync(at("a"), at("link"));
    await expect(write(at("a"), "deux")).rejects.toThrow("a is there already");
    await write(at("link"), "deux", true);
    expect([readFileSync(at("a"), "utf8"), readFileSync(at("link"), "utf8")]).toEqual(["un", "deux"]);
  });

  test("cannot stand where a folder is, or in none", async () => {
    await expect(write(folder, "un", true)).rejects.toThrow("is a folder");
    await expect(write(at("nowhere/a"), "un")).rejects.toThrow(`${at("nowhere/a")} cannot be written`);
    expect(readdirSync(folder)).toEqual([]);
  });
});
