import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { codes, read } from "../../../test/fixtures/label-studio.ts";
import { NoticeLog } from "../../corpus/notices.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { formatSettings } from "../settings.ts";
import { SourceFile } from "../source/source-file.ts";
import { labelStudio } from "./index.ts";

const fixtures = fileURLToPath(new URL("../../../../shared/data/fixtures/label_studio/", import.meta.url));

describe.skipIf(!existsSync(fixtures))("real files (needs ../shared/data)", () => {
  const content = (name: string): string => readFileSync(`${fixtures}${name}.json`, "utf8");

  test("kiji: a region past the end of the text comes through raw, and is named by the error", async () => {
    const raw: RawDocument[] = [];
    const notices = new NoticeLog();
    const context: ReadContext = {
      settings: formatSettings.parse({}),
      notices,
      symmetricLabels: new Set(),
      record(_, parse) {
        const document = parse(notices);
        if (document) raw.push(document);
        return document;
      },
    };
    const file = await SourceFile.open(`${fixtures}kiji_sample_predictions.json`);
    for await (const _ of labelStudio.read(file, context));
    expect(raw).toHaveLength(1);
    expect(raw[0]!.id).toBe("kiji_sample_predictions-1");
    expect(raw[0]!.entities).toHaveLength(5);
    expect(raw[0]!.entities[4]).toEqual({ start: 68, end: 90, type: "Email" });
    expect(raw[0]!.surfaces?.[4]).toBe("john.smith@example.com");
    expect(notices.list()).toMatchObject([
      { code: "prediction-read", count: 1 },
      { code: "unlabelled-relation", count: 2 },
    ]);

    const message =
      'entity of type "Email": span [68, 90) "mith@example.com." lies outside the text, in a text of length 85';
    await expect(read(content("kiji_sample_predictions"))).rejects.toThrow(message);
    const { documents, notices: told } = await read(content("kiji_sample_predictions"), { skipInvalid: true });
    expect(documents).toEqual([]);
    expect(told[0]!.locations[0]!.detail).toContain(message);
  });

  test.each([
    ["relation_directions", 5],
    ["data_keypoints_with_relations", 1],
  ])("%s: tasks of images have no text, and nothing is fetched", async (name, count) => {
    await expect(read(content(name))).rejects.toThrow("which is not fetched");
    const { documents, notices } = await read(content(name), { skipInvalid: true });
    expect(documents).toEqual([]);
    expect(notices).toMatchObject([{ code: "invalid-document", count, total: count }]);
  });

  test("relation_directions: beside a text, its regions are counted", async () => {
    const withText = content("relation_directions").replaceAll('"data": {', '"data": { "text": "un deux",');
    const reading = await read(withText);
    expect(reading.documents).toHaveLength(5);
    expect(codes(reading)).toEqual([
      ["unread-key", 5],
      ["result-rectanglelabels", 14],
      ["unlabelled-relation", 4],
      ["relation-not-of-text", 2],
    ]);
  });

  test("relation_directions: on spans of a text, its directions and labels", async () => {
    let words = 0;
    const onText = content("relation_directions")
      .replaceAll('"data": {', '"data": { "text": "0123456789",')
      .replaceAll('"rectanglelabels"', '"labels"')
      .replaceAll(/"x": \d+,/g, () => `"start": ${words % 10}, "end": ${(words++ % 10) + 1},`);
    const { documents, symmetricLabels } = await read(onText.replaceAll('"labels": []', '"labels": ["R"]'));
    expect(documents.map(({ relations }) => relations.map(({ head, tail, label }) => [head, tail, label]))).toEqual([
      [],
      [[0, 1, "R"]],
      [
        [0, 1, "R"],
        [3, 2, "R"],
        [4, 5, "R"],
        [5, 4, "R"],
      ],
      [
        [0, 1, "Blue label"],
        [0, 1, "Red label"],
      ],
      [[0, 1, "Green label"]],
    ]);
    expect(symmetricLabels).toEqual(["R"]);
  });
});
