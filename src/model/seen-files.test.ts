import { describe, expect, test } from "vitest";
import { noticesOnSeenFiles } from "./seen-files.ts";

const [trained, chosen, tested, fresh] = ["a", "b", "c", "d"].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
  string,
];
const file = (sha256: string) => ({ path: "then.jsonl", sha256, documents: 3 });
const manifest = {
  data: [file(trained), { ...file(chosen), part: "validation" }, { ...file(tested), part: "test" }],
} as const;
const codes = (...digests: string[]): [string, number, number | undefined][] =>
  noticesOnSeenFiles(
    "runs/mine",
    manifest,
    digests.map((sha256, i) => ({ path: `now-${i}.jsonl`, sha256 })),
  ).map(({ code, count, total }) => [code, count, total]);

describe("files that a model had to do with", () => {
  test("are found by their contents, whatever they are called now", () => {
    expect(noticesOnSeenFiles("runs/mine", manifest, [{ path: "now.jsonl", sha256: trained }])).toEqual([
      {
        code: "trained-on-file",
        message: "files that the model runs/mine was trained on, so that its figures say nothing of new texts",
        count: 1,
        total: 1,
        locations: [{ file: "now.jsonl" }],
      },
    ]);
  });

  test("are counted among all that are read, those of training apart from those that chose", () => {
    expect(codes(trained, chosen, fresh, trained)).toEqual([
      ["trained-on-file", 2, 4],
      ["chosen-on-file", 1, 4],
    ]);
  });

  test("a test part chose nothing, and is nothing to warn of", () => {
    expect(codes(tested, fresh)).toEqual([]);
  });

  test("a part that was trained on as well counts as trained on", () => {
    const both = { data: [...manifest.data, file(chosen)] };
    const [notice] = noticesOnSeenFiles("m", both, [{ path: "x", sha256: chosen }]);
    expect(notice?.code).toBe("trained-on-file");
  });

  test("a folder that does not say what it was trained on gives none", () => {
    expect(noticesOnSeenFiles("m", null, [{ path: "x", sha256: trained }])).toEqual([]);
  });
});
