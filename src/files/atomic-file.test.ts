import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { InputMissingError, UnavailableError } from "../errors.ts";
import { stageFile, writeFileAtomic } from "./atomic-file.ts";
import { digestFile } from "./file-digest.ts";

const folder = mkdtempSync(join(tmpdir(), "relata-atomic-"));
const path = join(folder, "file.txt");
beforeEach(() => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  writeFileSync(path, "old");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("writeFileAtomic", () => {
  it("replaces a file and tells its size and hash", async () => {
    const digest = await writeFileAtomic(path, "größer");
    expect(readFileSync(path, "utf8")).toBe("größer");
    expect(digest).toEqual(await digestFile(path));
    expect(digest.bytes).toBe(8);
    expect(readdirSync(folder)).toEqual(["file.txt"]);
  });

  it("writes more than one piece", async () => {
    const bytes = new Uint8Array(2 ** 24 + 3).fill(7);
    expect(await writeFileAtomic(path, bytes)).toEqual(await digestFile(path));
    expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
  });

  it("replaces a link, not what it points to", async () => {
    const link = join(folder, "link");
    symlinkSync(path, link);
    await writeFileAtomic(link, "new");
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readFileSync(link, "utf8")).toBe("new");
  });

  it.each(["absent/file", "file.txt/file"])("says that %s cannot be written", async (name) => {
    await expect(writeFileAtomic(join(folder, name), "new")).rejects.toThrow(UnavailableError);
  });

  it("leaves nothing behind when the place is taken by a folder", async () => {
    mkdirSync(join(folder, "taken"));
    await expect(writeFileAtomic(join(folder, "taken"), "new")).rejects.toThrow(/taken cannot be written: .*EISDIR/);
    expect(readdirSync(folder).sort()).toEqual(["file.txt", "taken"]);
  });
});

describe("stageFile", () => {
  it("leaves the old file until it is committed", async () => {
    const staged = await stageFile(path, async (sink) => {
      await sink("ne");
      await sink("w");
    });
    expect(readFileSync(path, "utf8")).toBe("old");
    await staged.commit();
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual(["file.txt"]);
  });

  it("leaves the old file alone when discarded", async () => {
    await (await stageFile(path, (sink) => sink("new"))).discard();
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["file.txt"]);
  });

  it("leaves the old file, and no other, when writing fails half-way", async () => {
    const failing = stageFile(path, async (sink) => {
      await sink("half");
      throw new Error("power cut");
    });
    await expect(failing).rejects.toThrow("power cut");
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["file.txt"]);
  });
});

it("digestFile says so if there is no file", async () => {
  await expect(digestFile(join(folder, "absent"))).rejects.toThrow(InputMissingError);
});
