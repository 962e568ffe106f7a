import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseExactJson } from "./exact-json.ts";

test("integers beyond 2^53 keep their digits, as strings; all else is as JSON.parse has it", () => {
  const text = `{"id": 9007199254740993, "n": [-9007199254740992,9007199254740991, 1234567890123456.5, 1e300],
    "s": "9007199254740993 and \\"9007199254740993\\\\", "\\\\": 12345678901234567890}`;
  expect(parseExactJson(text)).toEqual({
    value: {
      id: "9007199254740993",
      n: ["-9007199254740992", 9007199254740991, 1234567890123456.5, 1e300],
      s: '9007199254740993 and "9007199254740993\\',
      "\\": "12345678901234567890",
    },
    keptAsStrings: 3,
  });
});

test("numbers out of range keep their digits, as strings, and those within are numbers", () => {
  const text =
    '{"far": [1e400, -2.5E+309, 1e-400, 0.02e-500], "held": [1e300, 1e-300, 0e400, 0.0e-999, 1e008], "s": "1e400"}';
  expect(parseExactJson(text)).toEqual({
    value: { far: ["1e400", "-2.5E+309", "1e-400", "0.02e-500"], held: [1e300, 1e-300, 0, 0, 1e8], s: "1e400" },
    keptAsStrings: 4,
  });
});

test("any JSON is read as JSON.parse reads it where all of its integers are exact", () => {
  fc.assert(
    fc.property(fc.json(), fc.string(), (json, text) => {
      const whole = `[${json}, ${JSON.stringify(`${text} 12345678901234567890 "\\`)}]`;
      const beyond = /\b\d{16,}\b/.test(json);
      if (!beyond) expect(parseExactJson(whole).value).toEqual(JSON.parse(whole));
    }),
  );
});

test("a long integer is found wherever it stands, and however long it is", () => {
  for (let before = 0; before < 40; before++) {
    for (const digits of ["9007199254740993", "12345678901234567890", "1".repeat(40)]) {
      const text = `${" ".repeat(before)}[${digits},1]`;
      expect(parseExactJson(text)).toEqual({ value: [digits, 1], keptAsStrings: 1 });
    }
  }
});

test("ids in strings that look like long numbers stay as they are, beside numbers that are long", () => {
  const ids = ["0e123456-78e4005a", "1234567890123456789", "a1234567890123456789", "on 1e400", "-1e400", "x:1e400"];
  for (const id of ids) {
    expect(parseExactJson(JSON.stringify({ id }))).toEqual({ value: { id }, keptAsStrings: 0 });
    const beside = JSON.stringify({ id, n: [0.1, 0] }).replace("0]", "-12345678901234567890,\n1e400,-1e-400]");
    const n = [0.1, "-12345678901234567890", "1e400", "-1e-400"];
    expect(parseExactJson(beside)).toEqual({ value: { id, n }, keptAsStrings: 3 });
  }
});

test("a text of many quotation marks and backslashes takes no time that grows with its square", () => {
  const text = JSON.stringify(['\\"'.repeat(300_000), 1]).replace("1]", "12345678901234567890]");
  expect(parseExactJson(text).keptAsStrings).toBe(1);
});

test("what is no JSON is refused as ever", () => {
  expect(() => parseExactJson('{"id": 12345678901234567890')).toThrow(SyntaxError);
});
