import { expect, test } from "vitest";
import { formatNotice, NoticeLog } from "./notices.ts";

test("a notice keeps its count and its first five places", () => {
  const log = new NoticeLog();
  for (let line = 1; line <= 7; line++) log.add("cut", "spans that cut", { file: "a", line });
  log.setTotal("cut", 14);
  log.setTotal("never", 14);
  expect(log.list()).toEqual([
    {
      code: "cut",
      message: "spans that cut",
      count: 7,
      total: 14,
      locations: [1, 2, 3, 4, 5].map((line) => ({ file: "a", line })),
    },
  ]);
});

test("merging adds counts, totals and places", () => {
  const all = new NoticeLog();
  all.setTotal("cut", 10);
  const first = new NoticeLog();
  first.add("cut", "spans that cut", { file: "a", line: 1 });
  first.setTotal("cut", 4);
  const second = new NoticeLog();
  for (let line = 1; line <= 5; line++) second.add("cut", "spans that cut", { file: "b", line });
  all.merge(first);
  all.merge(second);
  const [notice] = all.list();
  expect(notice).toMatchObject({ count: 6, total: 14, message: "spans that cut" });
  expect(notice!.locations.map(({ file }) => file)).toEqual(["a", "b", "b", "b", "b"]);
});

test.each([
  [1, undefined, 'spans that cut: 1, at a:1 ("x")'],
  [1, 40, 'spans that cut: 1 of 40 (2.5 %), at a:1 ("x")'],
  [1, 16_000, 'spans that cut: 1 of 16000 (< 0.1 %), at a:1 ("x")'],
  [4, 4, 'spans that cut: 4 of 4 (100.0 %), at a:1 ("x"), a:2 ("x"), a:3 ("x"), …'],
])("formatNotice, %i of %s", (count, total, line) => {
  const log = new NoticeLog();
  for (let i = 1; i <= count; i++) log.add("cut", "spans that cut", { file: "a", line: i, detail: '"x"' });
  if (total !== undefined) log.setTotal("cut", total);
  expect(formatNotice(log.list()[0]!)).toBe(line);
});
