import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { concat, uint } from "../../../../test/support/pickle-writer.ts";
import { zip } from "../../../../test/support/zip-writer.ts";
import type { EntryParts } from "../../../../test/support/zip-writer.ts";
import { CheckpointError } from "../../checkpoint-error.ts";
import { contentPosition, readZipEntries } from "./zip.ts";

const folder = mkdtempSync(join(tmpdir(), "relata-zip-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "archive.zip");

const data = Buffer.from("tensors");
const first: EntryParts = { name: "a/data.pkl", data };
const second: EntryParts = { name: "a/data/0", data: Buffer.from("0123") };

/** Contents by name. */
async function read(bytes: Uint8Array): Promise<Record<string, string>> {
  writeFileSync(path, bytes);
  const handle = await open(path);
  try {
    const contents: Record<string, string> = {};
    for (const [name, entry] of await readZipEntries(handle, bytes.length, path)) {
      const start = await contentPosition(handle, entry, path);
      contents[name] = Buffer.from(bytes).toString("latin1", start, start + entry.bytes);
    }
    return contents;
  } finally {
    await handle.close();
  }
}

const contents = { "a/data.pkl": "tensors", "a/data/0": "0123" };
const long = (...values: readonly number[]): Uint8Array =>
  concat(uint(1, 2), uint(8 * values.length, 2), ...values.map((value) => uint(value, 8)));

describe("archives", () => {
  it.each<[what: string, bytes: Uint8Array]>([
    ["a plain one", zip([first, second])],
    ["with a comment", zip([first, second], { comment: Buffer.from("PK\x05\x06 made by hand") })],
    ["of zip64", zip([first, second], { zip64: {} })],
    ["of zip64 alone", zip([first, second], { zip64: {}, areElsewhere: true })],
    ["with padding in a local header", zip([{ ...first, local: { extra: Buffer.from("FB\x04\0ZZZZ") } }, second])],
    ["with sizes after the content", zip([{ ...first, flags: 8, local: { bytes: 0 } }, second])],
    [
      "with a size and a start of 64 bits",
      zip([
        first,
        {
          ...second,
          central: { bytes: 0xffffffff, start: 0xffffffff, extra: concat(Buffer.from("xx\x01\0z"), long(4, 4, 47)) },
        },
      ]),
    ],
  ])("%s", async (_, bytes) => {
    expect(await read(bytes)).toEqual(contents);
  });

  it("with names of any bytes and empty files", async () => {
    expect(await read(zip([{ name: "gr\xc3\xb6\xdfe/__proto__", data: Buffer.of() }]))).toEqual({
      "gr\xc3\xb6\xdfe/__proto__": "",
    });
  });
});

describe("archives that are refused", () => {
  const bomb = Buffer.alloc(50_000_000);
  it.each<[what: string, bytes: Uint8Array, message: string]>([
    ["compressed", zip([{ name: "a/data.pkl", data: bomb, isDeflated: true }]), "compressed by method 8"],
    ["compressed in a local header alone", zip([{ ...first, local: { method: 8 } }]), "compressed in its local header"],
    ["encrypted", zip([{ ...first, flags: 1 }]), '"a/data.pkl" encrypted'],
    ["a name twice", zip([first, first]), "each name once"],
    ["entries at the same place", zip([first, { ...second, central: { start: 0 } }]), "entries that do not overlap"],
    ["entries in one another", zip([{ ...first, central: { bytes: 50 } }, second]), "entries that do not overlap"],
    [
      "an entry that reaches into the next by its extra field",
      zip([{ ...first, local: { extra: new Uint8Array(9), bytes: 12 }, central: { bytes: 12 } }, second]),
      '"a/data.pkl" to end at 56, found its end at 61',
    ],
    ["an entry that reaches into the directory", zip([first, { ...second, central: { bytes: 20 } }]), "overlap"],
    ["an entry beyond the file", zip([first, { ...second, central: { start: 2 ** 31 } }]), "in front of the directory"],
    [
      "an entry of 2^62 bytes",
      zip([first, { ...second, central: { bytes: 0xffffffff, extra: long(2 ** 62, 2 ** 62) } }]),
      "in front of the directory",
    ],
    [
      "an entry of 4 GiB without zip64",
      zip([{ ...first, central: { bytes: 0xffffffff } }]),
      "in front of the directory",
    ],
    ["another name in the local header", zip([{ ...first, local: { name: "a/data.pk_" } }]), 'found "a/data.pk_"'],
    [
      "a longer name there",
      zip([{ ...first, local: { name: "a/data.pkl2" } }]),
      'the name "a/data.pkl" in its local header',
    ],
    [
      "another size there",
      zip([{ ...first, local: { bytes: 6 } }]),
      '7 bytes in the local header of "a/data.pkl", found 6',
    ],
    ["no local header", zip([first]).fill(0, 0, 1), 'a local header of "a/data.pkl", found none at 0'],
    ["a name that leads out", zip([{ ...first, name: "a/../../etc/passwd" }]), "names that stay in the archive"],
    ["an absolute name", zip([{ ...first, name: "/etc/passwd" }]), "names that stay in the archive"],
    ["a name of Windows", zip([{ ...first, name: "C:x" }]), "names that stay in the archive"],
    ["a name with a backslash", zip([{ ...first, name: "a\\b" }]), "names that stay in the archive"],
    ["a name with a null byte", zip([{ ...first, name: "a/data.pkl\0.txt" }]), "names that stay in the archive"],
    ["no name", zip([{ ...first, name: "" }]), "names that stay in the archive"],
    [
      "something in front",
      zip([first], { prefix: Buffer.from("#!/bin/sh\n") }),
      "an entry at the start of the file, found the first at 10",
    ],
    ["something in front, not counted", concat(Buffer.from("#!/bin/sh\n"), zip([first])), "a directory that ends at"],
    ["something after", concat(zip([first]), Buffer.of(0)), "the end of a zip archive's directory"],
    ["no entries", zip([]), "1 to 100000 entries, found 0"],
    ["a million entries", zip([first], { zip64: { count: 1_000_000 }, areElsewhere: true }), "1 to 100000 entries"],
    ["more entries than there are", zip([first], { count: 2 }), "2 entries in the directory, found 1"],
    ["fewer", zip([first, second], { count: 1 }), "nothing after the last entry"],
    ["a directory elsewhere", zip([first], { directoryStart: 0 }), "a directory that ends at"],
    ["two directories", zip([first, second], { zip64: { count: 1 } }), "expected 1, as the zip64 record says, found 2"],
    ["a zip64 record elsewhere", zip([first], { zip64: { at: 0 } }), "the zip64 record at"],
    [
      "a directory of 2^62 bytes",
      zip([first], { zip64: { bytes: 2 ** 62 }, areElsewhere: true }),
      "a directory that ends at",
    ],
    [
      "a directory at 2^63",
      zip([first], { zip64: { start: 2 ** 63 }, areElsewhere: true }),
      "a directory that ends at",
    ],
    ["zip64 without its record", zip([first], { areElsewhere: true }), "a directory that ends at"],
  ])("%s", async (_, bytes, message) => {
    const reading = read(bytes);
    await expect(reading).rejects.toThrow(CheckpointError);
    await expect(reading).rejects.toThrow(message);
  });

  it("cut off anywhere", async () => {
    const whole = zip([first, second], { zip64: {} });
    for (let length = 0; length < whole.length; length++) {
      await expect(read(whole.subarray(0, length)), `${length} bytes`).rejects.toThrow(CheckpointError);
    }
  });

  it("entries on one content, 42 kB that would be 5.5 GB", async () => {
    const kernel = Buffer.alloc(21_000);
    const entries = Array.from({ length: 250 }, (_, i) => ({
      name: `a/data/${i}`,
      data: i ? Buffer.of() : kernel,
      central: { start: 0, bytes: 21_000 },
    }));
    await expect(read(zip(entries))).rejects.toThrow("entries that do not overlap");
  });
});
