// The documents that the page shows for a file whose texts come several times.
import { createRequire } from "node:module";
import { afterAll, expect, test } from "vitest";
import type * as DocumentsOf from "../../src/app/server/annotate/documents-of.ts";
import { Workplace } from "../support/run-cli.ts";

// As Node loads the program, whose thread that reads files is a file of its own.
const load = createRequire(import.meta.url);
const { documentsOf, oneForEachText } = load("../../dist/app/server/annotate/documents-of.js") as typeof DocumentsOf;

const place = new Workplace();
afterAll(() => place.remove());

test("a table with a pair on each row has each text once, unless its rows were annotated apart before", async () => {
  const row = (head: string, tail: string, label: string): string => `Ada met Bob in Rome.,${head},${tail},${label}\n`;
  const rows = [row("Ada", "Bob", "MET"), "Eve saw Flo.,Eve,Flo,SAW\n", row("Bob", "Rome", "IN")];
  const read = await documentsOf(place.file("pairs.csv", `text,head,tail,label\n${rows.join("")}`), () => {});
  const log: string[] = [];
  const shown = (...acted: string[]) => oneForEachText(read, new Set(acted), (line) => log.push(line));

  const [first, ...others] = shown("pairs-1");
  expect(first!.entities.map(({ start }) => start)).toEqual([0, 8, 15]);
  expect(first!.relations).toEqual([
    { head: 0, tail: 1, label: "MET" },
    { head: 1, tail: 2, label: "IN" },
  ]);
  expect(others.map(({ id }) => id)).toEqual(["pairs-2"]);
  expect(shown("pairs-3")).toEqual(read);
  expect(log).toEqual([
    "1 document with the text of an earlier one, put together with it: each text is annotated once",
    "1 document with the text of an earlier one and annotations of its own, as by another annotator: each is shown by itself",
  ]);
});

test("a text file is cut into documents as asked, by likelihood if nothing is, and says so", async () => {
  const path = place.file("mails.txt", "\uFEFFAda met Bob.\r\nEve wrote to Dan.\r\n");
  const notes: string[] = [];
  const read = await documentsOf(path, (line) => notes.push(line));
  expect(read.map(({ id, text }) => [id, text])).toEqual([
    ["mails.txt:1", "Ada met Bob."],
    ["mails.txt:2", "Eve wrote to Dan."],
  ]);
  expect(notes).toEqual([
    "mails.txt: each of the 2 lines is a document (--text-unit line makes 2, paragraph 1, file 1)",
  ]);
  expect(await documentsOf(path, () => {}, "file")).toHaveLength(1);
});
