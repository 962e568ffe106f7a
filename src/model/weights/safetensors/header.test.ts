import { describe, expect, it } from "vitest";
import { CheckpointError } from "../../checkpoint-error.ts";
import { parseHeader, readHeaderLength } from "./header.ts";
import type { SafetensorsHeader } from "./header.ts";

const parse = (header: string | Uint8Array, dataBytes = 4): SafetensorsHeader =>
  parseHeader(typeof header === "string" ? Buffer.from(header) : header, dataBytes, "model.safetensors");

const tensor = (dtype: string, shape: string, offsets: string): string =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;
const one = (shape: string, offsets = "[0,4]", dtype = "F32"): string => `{"a":${tensor(dtype, shape, offsets)}}`;
const two = (first: string, second: string): string =>
  `{"a":${tensor("F32", "[1]", first)},"b":${tensor("F32", "[1]", second)}}`;

function errorOf(act: () => unknown): CheckpointError {
  try {
    act();
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a header that is allowed", () => {
  it("tells dtype, shape and place of every tensor, in the order of their bytes", () => {
    const { tensors, metadata } = parse(`{"__metadata__":{"format":"pt"},${two("[4,8]", "[0,4]").slice(1)}  `, 8);
    expect([...tensors]).toEqual([
      ["b", { dtype: "F32", shape: [1], bytes: 4, begin: 0 }],
      ["a", { dtype: "F32", shape: [1], bytes: 4, begin: 4 }],
    ]);
    expect([...metadata]).toEqual([["format", "pt"]]);
  });

  it.each([
    ["no tensor", "{}", 0],
    ["a scalar", one("[]"), 4],
    ["tensors without elements", `{"a":${tensor("F32", "[0]", "[0,0]")},"b":${tensor("I64", "[3,0]", "[0,0]")}}`, 0],
    [
      "fields in another order, with spaces",
      `{ "a" : { "shape":[ 1 ],\n"data_offsets":[0, 4],"dtype":"F32"} }\r\n\t `,
      4,
    ],
  ])("%s", (_, header, dataBytes) => {
    expect(parse(header, dataBytes).warnings).toEqual([]);
  });

  it("has names that are only names", () => {
    const names = ["__proto__", "constructor", "../../etc/passwd", "", 'a"b\\u0041\u2028', "é\u{1f600}"];
    const entries = names.map((name) => `${JSON.stringify(name)}:${tensor("U8", "[0]", "[0,0]")}`);
    expect([...parse(`{${entries.join()}}`, 0).tensors.keys()]).toEqual(names);
  });

  it("may begin with spaces, as the reference library has it, but not unnoticed", () => {
    expect(parse(` ${one("[1]")}`).warnings).toEqual([expect.stringContaining("model.safetensors")]);
  });
});

describe("a header that is refused", () => {
  const cases: readonly (readonly [what: string, header: string | Uint8Array, message: string, dataBytes?: number])[] =
    [
      ["nothing", "", 'expected "{", found its end'],
      ["not UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), "expected UTF-8"],
      ["a byte order mark", `\ufeff${one("[1]")}`, 'expected "{"'],
      ["not JSON", "hello", 'expected "{", found "hello"'],
      ["an array", "[]", 'expected "{"'],
      ["trailing text", `${one("[1]")} x`, 'nothing but spaces after the header, found "x"'],
      ["padding with NUL", `${one("[1]")}\0\0`, "nothing but spaces"],
      ["a comma too many", `{"a":${tensor("F32", "[1]", "[0,4]")},}`, "expected a string"],
      ["cut off in a string", '{"a', "the end of a string"],
      ["cut off after a backslash", '{"a\\', "the end of a string"],
      ["a wrong escape", String.raw`{"\x":{}}`, "valid escapes"],
      ["a raw control character", '{"a\n":{}}', "valid escapes"],
      ["half a surrogate pair", String.raw`{"\ud83d":{}}`, "valid escapes"],
      ["a tensor twice", two("[0,4]", "[4,8]").replace('"b"', '"a"'), "each key once", 8],
      [
        "a tensor twice, spelt otherwise",
        two("[0,4]", "[4,8]").replace('"b"', String.raw`"\u0061"`),
        "each key once",
        8,
      ],
      ["a field twice", one("[1]").replace('"dtype"', '"shape":[1],"dtype"'), "each key once"],
      ["an unknown field", one("[1]").replace('"dtype"', '"strides":[1],"dtype"'), "only the fields"],
      ["deep nesting", `{"a":${"[".repeat(100_000)}`, 'expected "{"'],
      ["deep nesting in a shape", one("[".repeat(100_000)), "whole number"],
      ["deep nesting of objects", '{"a":'.repeat(100_000), "only the fields"],
      ["nested metadata", '{"__metadata__":{"a":{}}}', "expected a string", 0],
      ["a number in the metadata", '{"__metadata__":{"a":1}}', "expected a string", 0],
      ["metadata that is no object", '{"__metadata__":"a"}', 'expected "{"', 0],
      ["an unknown dtype", one("[1]", "[0,4]", "F31"), 'found "F31"'],
      ["a dtype of Object's", one("[1]", "[0,4]", "constructor"), 'found "constructor"'],
      ["a dtype that is a number", one("[1]").replace('"F32"', "32"), "expected a string"],
      ["no dtype", '{"a":{"shape":[1],"data_offsets":[0,4]}}', "the fields dtype"],
      ["no shape", '{"a":{"dtype":"F32","data_offsets":[0,4]}}', "the fields dtype"],
      ["no offsets", '{"a":{"dtype":"F32","shape":[1]}}', "the fields dtype"],
      ["one offset", one("[1]", "[0]"), "two data_offsets"],
      ["three offsets", one("[1]", "[0,4,8]"), "two data_offsets"],
      ["a negative dim", one("[-1]"), "whole number"],
      ["a negative offset", one("[1]", "[-4,0]"), "whole number"],
      ["a fraction", one("[1.0]"), "whole number"],
      ["an exponent", one("[1e0]"), "whole number"],
      ["a leading zero", one("[01]"), "whole number"],
      ["a dim as text", one('["1"]'), "whole number"],
      ["null as a dim", one("[null]"), "whole number"],
      ["2^64 as a dim", one("[18446744073709551616]"), "whole number"],
      ["a million digits", one(`[${"9".repeat(1_000_000)}]`), "whole number"],
      ["more dims than any library has", one(`[${Array<number>(65).fill(1).join()}]`), "at most 64"],
      ["a product of 2^96", one("[4294967296,4294967296,4294967296]"), "shape too large"],
      ["a product that wraps around to 4 bytes", one("[9223372036854775809,2]"), "shape too large"],
      [
        "a product beyond 64 bits times zero",
        one("[4294967296,4294967296,4294967296,0]", "[0,0]"),
        "shape too large",
        0,
      ],
      ["2^53 + 1 elements, of which a number loses one", one("[9007199254740993,0]", "[0,0]"), "shape too large", 0],
      ["an offset that a number would round", one("[1]", "[9007199254740993,9007199254740997]"), "cut short"],
      ["a shape smaller than its data", one("[1]", "[0,8]"), "expected 4 bytes for F32 [1], found 8", 8],
      ["a shape larger than its data", one("[2]", "[0,4]"), "expected 8 bytes for F32 [2], found 4"],
      ["an end before its begin", one("[1]", "[4,0]"), "an end after the begin"],
      ["data beyond the file", one("[2]", "[0,8]"), "cut short"],
      ["the same bytes twice", two("[0,4]", "[0,4]"), "shares bytes"],
      ["some bytes twice", two("[0,4]", "[2,6]"), "shares bytes", 6],
      ["a hole", two("[0,4]", "[8,12]"), "unused bytes", 12],
      ["a hole at the begin", one("[1]", "[4,8]"), "unused bytes", 8],
      ["bytes after the last tensor", one("[1]"), "belong to no tensor", 5],
      [
        "an empty tensor inside another",
        `{"a":${tensor("F32", "[2]", "[0,8]")},"b":${tensor("F32", "[0]", "[4,4]")}}`,
        "shares bytes",
        8,
      ],
    ];
  it.each(cases.map(([what, ...rest]) => ({ what, rest })))("$what", ({ rest: [header, message, dataBytes] }) => {
    const error = errorOf(() => parse(header, dataBytes));
    expect(error.message).toContain(message);
    expect(error.message.length).toBeLessThan(500);
    expect(error.file).toBe("model.safetensors");
  });

  it("names the tensor, what was expected and what was found", () => {
    const error = errorOf(() => parse(one("[2]", "[0,4]")));
    expect(error).toMatchObject({ tensor: "a", expected: "8 bytes for F32 [2]", found: "4", exitCode: 65 });
  });

  it("with more tensors than any model has, before all of them are read", () => {
    const entries = Array.from({ length: 100_001 }, (_, i) => `"${i}":${tensor("F32", "[0]", "[0,0]")}`);
    expect(errorOf(() => parse(`{${entries.join()}}`, 0)).message).toContain("at most 100000 entries");
  });
});

describe("the length of a header", () => {
  const prefix = (length: bigint): Uint8Array => new Uint8Array(new BigUint64Array([length]).buffer);

  it("is read from 8 bytes, little end first", () => {
    expect(readHeaderLength(Uint8Array.of(1, 2, 0, 0, 0, 0, 0, 0), 1000, "f")).toBe(513);
    expect(readHeaderLength(prefix(92n), 100, "f")).toBe(92);
  });

  it.each([
    [93n, 100],
    [1n, 8],
    [100_000_001n, 2 ** 40],
    [2n ** 53n + 1n, 100],
    [2n ** 63n, 100],
    [2n ** 64n - 1n, 100],
  ])("%i in a file of %i bytes is refused", (length, fileBytes) => {
    expect(errorOf(() => readHeaderLength(prefix(length), fileBytes, "f")).found).toBe(`a header length of ${length}`);
  });

  it.each([0, 7])("cannot be read from %i bytes", (bytes) => {
    expect(errorOf(() => readHeaderLength(new Uint8Array(bytes), bytes, "f")).message).toContain("at least 8 bytes");
  });

  it("that is text is called text", () => {
    const pointer = Buffer.from("version https://git-lfs.github.com/spec/v1\n");
    expect(errorOf(() => readHeaderLength(pointer.subarray(0, 8), 130, "f")).message).toContain("git-lfs");
  });
});
