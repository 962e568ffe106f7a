import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { DamagedArchiveError, EmptyFileError } from "../../corpus/errors.ts";
import { withFolder, zipOf, openAll } from "../../../test/fixtures/source-folders.ts";

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
