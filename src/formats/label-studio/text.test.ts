import { describe, expect, test } from "vitest";
import { RecordError } from "../../corpus/errors.ts";
import type { FormatSettings } from "../settings.ts";
import {
  codes,
  read,
  type Reading,
  surfaces,
  text,
  region,
  relation,
  annotation,
} from "../../../test/fixtures/label-studio.ts";

describe("where the text is", () => {
  const named = (data: object, settings?: Partial<FormatSettings>): Promise<Reading> => read([{ data }], settings);
  const body = "Le colis part.";
  test.each([
    ["under text", { title: "Colis", text: body }, {}],
    ["the only string", { body, votes: 3 }, {}],
    ["under the name given", { text: "no", title: "no", body }, { fields: "text=body" }],
  ])("%s", async (_, data, settings) => {
    const { documents } = await named(data, settings);
    expect(documents[0]!.text).toBe(body);
  });

  test("named as the object tag of a region", async () => {
    const result = [{ ...region("r", 3, 8, "colis", "OBJECT"), to_name: "body" }];
    const { documents } = await read([{ data: { title: "no", body }, annotations: [annotation(...result)] }]);
    expect(documents[0]!.text).toBe(body);
  });

  test.each([
    [
      "none",
      { votes: 3 },
      {},
      'under the key "text" of its data, found no string. Name its key with --fields text=KEY',
    ],
    ["one of two", { title: "a", body }, {}, 'strings under the keys "title", "body"'],
    ["another than the one given", { text: body }, { fields: "text=body" }, 'under the key "body" of its data'],
    [
      "an address",
      { text: "https://example.org/a.txt" },
      {},
      'the address "https://example.org/a.txt", which is not fetched',
    ],
    ["an image", { image: "/data/upload/18/image1.jpg" }, {}, 'saveTextResult="yes"'],
  ])("not: %s", async (_, data, settings, message) => {
    await expect(named(data, settings)).rejects.toBeInstanceOf(RecordError);
    await expect(named(data, settings)).rejects.toThrow(message);
  });
});

describe("offsets", () => {
  test("older exports count UTF-16 code units: detected by the texts of the regions", async () => {
    const older = [region("r1", 12, 16, "part", "ACTION"), region("r2", 17, 22, "lundi", "TIME")];
    const reading = await read([{ data: { text }, annotations: [annotation(...older)] }]);
    expect(surfaces(reading.documents[0]!)).toEqual(["part", "lundi"]);
    expect(codes(reading)).toEqual([["other-offset-unit", 1]]);
  });

  test("line ends that the browser counted as one", async () => {
    const lines = "un\r\ndeux\r\ntrois";
    const reading = await read([
      { data: { text: lines }, annotations: [annotation(region("a", 8, 13, "trois", "N"))] },
    ]);
    expect(surfaces(reading.documents[0]!)).toEqual(["trois"]);
    expect(codes(reading)).toEqual([["other-offset-unit", 1]]);
  });

  test("of HTML: paths, or else the global ones, in what people see", async () => {
    const html = "Le colis part <b>lundi</b>.";
    const page = (id: string, start: number, end: number, word: string, type: string): object => ({
      id,
      type,
      value: {
        start: "/text()[1]",
        end: "/text()[1]",
        startOffset: start,
        endOffset: end,
        globalOffsets: { start, end },
        text: word,
        [type]: ["X"],
      },
    });
    const result = [
      page("a", 3, 8, "colis", "hypertextlabels"),
      page("b", 9, 13, "part", "labels"),
      page("c", 14, 19, "lundi", "labels"),
      relation("a", "b", "right", ["R"]),
      relation("b", "c", "right", ["R"]),
    ];
    const reading = await read([{ data: { html }, annotations: [annotation(...result)] }]);
    expect(reading.documents[0]!.text).toBe("Le colis part lundi.");
    expect(surfaces(reading.documents[0]!)).toEqual(["colis", "part", "lundi"]);
    expect(reading.documents[0]!.relations).toHaveLength(2);
    expect(codes(reading)).toEqual([]);
  });
});
