import { randomBytes } from "node:crypto";
import { crc32, deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { zip, type EntryParts } from "../../../test/support/zip-writer.ts";
import { ArchiveLimitError, DamagedArchiveError, MemberNameError, PackedMemberError } from "../../corpus/errors.ts";
import { UserError } from "../../errors.ts";
import { archiveLimits, type ArchiveLimits } from "./archive-limits.ts";
import { bufferBytes } from "./random-access.ts";
import { isZip, ZipArchive } from "./zip-archive.ts";

/** The members of a zip by name, each read twice. */
async function unzip(bytes: Buffer, limits: Partial<ArchiveLimits> = {}): Promise<Record<string, string>> {
  const archive = await ZipArchive.open(bufferBytes(bytes), "a.zip", { ...archiveLimits, ...limits });
  const files: Record<string, string> = {};
  for (const member of archive.members) {
    for (let time = 0; time < 2; time++) {
      const chunks: Buffer[] = [];
      for await (const chunk of member.chunks()) chunks.push(chunk);
      files[member.name] = Buffer.concat(chunks).toString();
    }
  }
  await archive.close();
  return files;
}
const failureOf = (bytes: Buffer, limits?: Partial<ArchiveLimits>): Promise<unknown> =>
  unzip(bytes, limits).then(
    () => undefined,
    (error: unknown) => error,
  );
const entry = (name: string, content: string, isDeflated = true): EntryParts => ({
  name,
  data: Buffer.from(content),
  isDeflated,
});

const text = "Le colis part lundi. ".repeat(20);
const good = zip([entry("a.jsonl", text), entry("sub/b.jsonl", "court", false)]);
const central = (bytes: Buffer): number => bytes.indexOf("PK\x01\x02", 0, "latin1");

/** The archive with another value in the first central header. */
function lie(offset: number, bytes: 2 | 4, value: number, archive = good): Buffer {
  const changed = Buffer.from(archive);
  changed.writeUIntLE(value, central(changed) + offset, bytes);
  return changed;
}

test("members stored and deflated, in order of name, without folders, links and hidden files", async () => {
  expect(isZip(good)).toBe(true);
  expect(await unzip(good)).toEqual({ "a.jsonl": text, "sub/b.jsonl": "court" });
  const link = zip([entry("a", "b"), entry("b", "c")]);
  link[central(link) + 5] = 3;
  link.writeUInt32LE(0o120777 * 65_536, central(link) + 38);
  expect(await unzip(link)).toEqual({ b: "c" });
  const names = ["z", "./y", "x//y", "dir/", ".DS_Store", "__MACOSX/._z", "\u001b[31m"];
  const named = zip(names.map((name) => ({ ...entry(name, ""), flags: 0x800 })));
  expect(Object.keys(await unzip(named))).toEqual(["\\u{1b}[31m", "x/y", "y", "z"]);
  expect(await unzip(zip([]))).toEqual({});
});

test("zip64, a comment", async () => {
  expect(await unzip(zip([entry("a", "b")], { zip64: {}, areElsewhere: true }))).toEqual({ a: "b" });
  expect(await unzip(zip([entry("a", "b")], { comment: Buffer.from("fait à la main") }))).toEqual({ a: "b" });
});

describe("archives that are refused", () => {
  const zeros = { name: "zeros", data: Buffer.alloc(2_000_000), isDeflated: true };
  const hidden = zip([entry("a", "1"), entry("b", "2")], { count: 1 });
  const offset64 = { zip64: { start: 2 ** 63 }, areElsewhere: true };
  test.each<[string, Buffer, new (...args: never[]) => UserError, RegExp, Partial<ArchiveLimits>?]>([
    ["a name with ..", zip([entry("../a", "x")]), MemberNameError, /member "\.\.\/a" has a name that leads out/],
    ["a .. within", zip([entry("a/../../b", "x")]), MemberNameError, /leads out/],
    ["an absolute name", zip([entry("/etc/passwd", "x")]), MemberNameError, /leads out/],
    ["a drive", zip([entry("C:a", "x")]), MemberNameError, /leads out/],
    ["a backslash", zip([entry("a\\b", "x")]), MemberNameError, /backslash/],
    ["no name", zip([entry("", "x")]), MemberNameError, /has no name/],
    ["one name twice", zip([entry("a", "x"), entry("b", "x"), entry("./a", "y")]), MemberNameError, /is there twice/],
    ["encrypted", lie(8, 2, 1), PackedMemberError, /a\.zip\/a\.jsonl: the member is encrypted\. Unpack the archive/],
    ["strongly encrypted", lie(8, 2, 0x41), DamagedArchiveError, /strong encryption is not supported/],
    ["LZMA", lie(10, 2, 14), PackedMemberError, /packed by method 14; stored \(0\) or deflated \(8\)/],
    ["a wrong checksum", lie(16, 4, 1), DamagedArchiveError, /a\.zip\/a\.jsonl: .*checksum/],
    ["too small a size", lie(24, 4, 7), DamagedArchiveError, /should unpack to 7 bytes and does to more/],
    ["too great a size", lie(24, 4, 5000), DamagedArchiveError, /should unpack to 5000 bytes and does to 420/],
    ["too few packed bytes", lie(20, 4, 9), DamagedArchiveError, /cannot be unpacked \(unexpected end of file\)/],
    ["too many packed bytes", lie(20, 4, 90), DamagedArchiveError, /other bytes follow the packed ones/],
    ["packed bytes past the end", lie(20, 4, 2 ** 31), DamagedArchiveError, /overflows file bounds/],
    ["deflated, declared as stored", lie(10, 2, 0), DamagedArchiveError, /it is stored unpacked, but its sizes/],
    ["a member that lies nowhere", lie(42, 4, 2 ** 31), DamagedArchiveError, /it ends too early/],
    ["a member that lies elsewhere", lie(42, 4, 3), DamagedArchiveError, /invalid local file header/],
    ["a member more than declared", hidden, DamagedArchiveError, /continues after the 1 members that it declares/],
    ["a member less than told", zip([entry("a", "1")], { count: 2 }), DamagedArchiveError, /ends too early/],
    ["a directory nowhere", zip([entry("a", "1")], { directoryStart: 9999 }), DamagedArchiveError, /ends too early/],
    ["a directory beyond all numbers", zip([entry("a", "1")], offset64), DamagedArchiveError, /ends too early/],
    ["half of it", good.subarray(0, 200), DamagedArchiveError, /End of central directory.*Was it copied to its end/],
    [
      "many members",
      zip([entry("a", ""), entry("b", "")]),
      ArchiveLimitError,
      /has 2 members, more than the 1/,
      { members: 1 },
    ],
    [
      "a long directory",
      zip([entry("a".repeat(99), "")]),
      ArchiveLimitError,
      /directory is longer/,
      { directoryBytes: 98 },
    ],
    ["many bytes", good, ArchiveLimitError, /more than the 424 bytes/, { unpackedBytes: 424 }],
    ["a bomb", zip([zeros]), ArchiveLimitError, /over 200 times as many/, { ratioFrom: 1_000_000 }],
    ["a bomb of its members together", overlapping(20), ArchiveLimitError, /over 200 times/, { ratioFrom: 1_000_000 }],
  ])("%s", async (_, bytes, error, message, limits) => {
    const failure = await failureOf(bytes, limits);
    expect(failure).toBeInstanceOf(error);
    expect(failure).toMatchObject({ exitCode: 65, message: expect.stringMatching(message) });
    expect(String(failure)).toContain("a.zip");
  });

  /** Many members on the same packed bytes, none of which is a bomb by itself (Fifield 2019). */
  function overlapping(count: number): Buffer {
    const data = Buffer.concat([randomBytes(1000), Buffer.alloc(100_000)]);
    const entries = Array.from({ length: count }, (_, i) => ({ name: `m${i}`, data, isDeflated: true }));
    const whole = zip(entries.slice(0, 1));
    const local = whole.subarray(0, central(whole));
    const all = zip(entries, { directoryStart: local.length });
    const directory = all.subarray(central(all));
    for (let at = 0; (at = directory.indexOf("PK\x01\x02", at, "latin1")) >= 0; at++)
      directory.writeUInt32LE(0, at + 42);
    expect(deflateRawSync(data).length * 200).toBeGreaterThan(data.length);
    return Buffer.concat([local, directory]);
  }

  test("just as many as are read", async () => {
    expect(Object.keys(await unzip(good, { members: 2, unpackedBytes: 425, directoryBytes: 18 }))).toHaveLength(2);
    expect(Object.keys(await unzip(zip([zeros]), { ratioFrom: 2_000_000 }))).toEqual(["zeros"]);
  });
});

test("cut anywhere", async () => {
  for (let end = 0; end < good.length; end++) {
    expect(await failureOf(good.subarray(0, end)), `cut at ${end}`).toBeInstanceOf(DamagedArchiveError);
  }
});

test("whatever bytes change, members are whole or a person is reported", async () => {
  const change = fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) });
  const checksums = new Set([crc32(text), crc32("court"), 0]);
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const bytes = Buffer.from(good);
      for (const { at, byte } of changes) bytes[at] = byte;
      try {
        for (const content of Object.values(await unzip(bytes))) expect(checksums).toContain(crc32(content));
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
    { numRuns: 1000 },
  );
});
