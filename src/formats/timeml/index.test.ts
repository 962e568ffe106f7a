import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { formatContract, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import { surface, type Document } from "../../corpus/document.ts";
import { DuplicateEntityError, NotXmlError, RecordError, UnknownEntityError } from "../../corpus/errors.ts";
import type { Notice } from "../../corpus/notices.ts";
import { readDocuments } from "../read.ts";
import { CorpusReading } from "../reading.ts";
import { formatSettings, type FormatSettings } from "../settings.ts";
import { probeText } from "../source/probe.ts";
import { timeml } from "./index.ts";

formatContract(timeml);

test("known by its root", () => {
  expect(
    timeml.detects(probeText('<?xml version="1.0" ?>\n<TimeML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">')),
  ).toBe(true);
  expect(timeml.detects(probeText("<TIMEML>"))).toBe(true);
  expect(timeml.detects(probeText("<TEXT><TimeML>"))).toBe(false);
});

interface Reading {
  readonly document: Document;
  readonly documents: Document[];
  readonly notices: Notice[];
}

async function read(content: string, settings: Partial<FormatSettings> = {}): Promise<Reading> {
  const folder = mkdtempSync(join(tmpdir(), "relata-timeml-"));
  try {
    writeFileSync(join(folder, "wsj_1.tml"), content);
    const context = new CorpusReading({ settings: formatSettings.parse(settings) });
    const documents: Document[] = [];
    for await (const document of readDocuments(join(folder, "wsj_1.tml"), context)) documents.push(document);
    return { document: documents[0]!, documents, notices: context.notices.list() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const words = ({ document }: Reading): string[] =>
  document.entities.map((entity) => `${surface(document, entity)} ${entity.type}`.trim());
const arcs = ({ document }: Reading): string[] =>
  document.relations.map(({ head, tail, label }) => `${head} ${label} ${tail}`);
const counts = ({ notices }: Reading): Record<string, number> =>
  Object.fromEntries(notices.map(({ code, count }) => [code, count]));

const file = `<?xml version="1.0" ?>
<TimeML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://timeml.org/TimeML_1.2.1.xsd">
<DOCID> wsj 1 </DOCID>
<DCT><TIMEX3 tid="t0" type="DATE" value="2013-03-22" functionInDocument="CREATION_TIME">March 22</TIMEX3></DCT>
<TITLE>A title</TITLE>
<TEXT>
A&amp;B <EVENT eid="e1" class="REPORTING">said</EVENT> 📦 it <SIGNAL sid="s1">after</SIGNAL> <TIMEX3 tid="t1" type="DATE" value="2013">last
<EVENT eid="e2" class="OCCURRENCE">fall</EVENT></TIMEX3>, <EVENT eid="e3">left</EVENT><TIMEX3 tid="t2" type="DURATION"/>.
</TEXT>
<MAKEINSTANCE eventID="e1" eiid="ei1" tense="PAST"/>
<MAKEINSTANCE eventID="e2" eiid="ei2"/><MAKEINSTANCE eventID="e2" eiid="ei22"/><MAKEINSTANCE eventID="e3" eiid="ei3"/>
<TLINK lid="l1" relType="BEFORE" eventInstanceID="ei1" relatedToTime="t1" signalID="s1"/>
<TLINK lid="l2" relType="INCLUDES" timeID="t1" relatedToEventInstance="ei22"/>
<TLINK lid="l3" relType="BEFORE" eventInstanceID="ei2" relatedToEventInstance="ei3"/>
<TLINK lid="l4" relType="BEFORE" eventInstanceID="ei22" relatedToEventInstance="ei3"/>
<TLINK lid="l5" relType="BEFORE" eventInstanceID="ei1" relatedToTime="t0"/>
<TLINK lid="l6" relType="BEFORE" eventInstanceID="ei1" relatedToTime="t2"/>
<TLINK lid="l7" relType="" eventInstanceID="ei1" relatedToEventInstance="ei3"/>
<TLINK lid="l8" relType="AFTER" eventInstanceID="ei1"/>
<SLINK lid="l9" relType="EVIDENTIAL" eventInstanceID="ei1" subordinatedEventInstance="ei3"/>
<CLINK id="l10" eventInstanceID="ei1" relatedToEventInstance="ei2"/>
</TimeML>`;

describe("TimeML as TempEval-3 has it", () => {
  test("events and times of the text, links between instances; what is left out is counted by reason", async () => {
    const reading = await read(file);
    expect(reading.document.id).toBe("wsj 1");
    expect(reading.document.text).toBe("\nA&B said 📦 it after last\nfall, left.\n");
    expect(words(reading)).toEqual(["said REPORTING", "last\nfall DATE", "fall OCCURRENCE", "left EVENT"]);
    expect(arcs(reading)).toEqual(["0 BEFORE 1", "1 INCLUDES 2", "2 BEFORE 3"]);
    expect(counts(reading)).toEqual({
      "outside-text": 1,
      "other-element": 1,
      "empty-annotation": 1,
      "repeated-relation": 1,
      "relation-outside-text": 2,
      "unlabelled-relation": 1,
      "unfilled-relation": 1,
      "other-link": 2,
      "unread-attributes": 3,
    });
    const lost = reading.notices.reduce((sum, { lost }) => sum + (lost?.relations ?? 0), 0);
    expect(lost + 3).toBe(10);
  });

  test("--fields: types by element, further elements and links, the date of the document as text", async () => {
    const reading = await read(file, {
      fields: "type=tag,entity=EVENT|TIMEX3|SIGNAL,relation=TLINK|SLINK|CLINK,text=DCT|TEXT",
    });
    expect(reading.document.text).toBe("March 22\nA&B said 📦 it after last\nfall, left.\n");
    expect(words(reading)).toEqual([
      "March 22 TIMEX3",
      "said EVENT",
      "after SIGNAL",
      "last\nfall TIMEX3",
      "fall EVENT",
      "left EVENT",
    ]);
    expect(arcs(reading).slice(3)).toEqual(["1 BEFORE 0", "1 EVIDENTIAL 5", "1 CLINK 4"]);
  });
});

test("without TEXT, as in TimeBank 1.2, the text is all there is but the id; events that are their own instances", async () => {
  const reading =
    await read(`<TimeML><DOCID>a</DOCID><s>He <EVENT eid="e1" eiid="ei1" class="STATE">was</EVENT> there</s>
<TIMEX3 tid="t1" type="TIME">now</TIMEX3>.<TLINK relType="IS_INCLUDED" eventInstanceID="ei1" relatedToTime="t1"/></TimeML>`);
  expect(reading.document.text).toBe("He was there\nnow.");
  expect(words(reading)).toEqual(["was STATE", "now TIME"]);
  expect(arcs(reading)).toEqual(["0 IS_INCLUDED 1"]);
});

const event = '<EVENT eid="e1" class="STATE">was</EVENT>';
test.each([
  ["cut short", file.slice(0, -30), NotXmlError, /the XML cannot be read/],
  [
    "an id twice",
    `<TimeML><TEXT>${event} ${event}</TEXT></TimeML>`,
    DuplicateEntityError,
    /two entities have the id "e1"/,
  ],
  [
    "a link to nothing",
    `<TimeML><TEXT>${event}</TEXT>\n<TLINK relType="A" eventInstanceID="e1" relatedToTime="t9"/></TimeML>`,
    UnknownEntityError,
    /wsj_1\.tml:2: relation "A" cites entity "t9"/,
  ],
])("%s is refused, or with --skip-invalid counted", async (_, content, error, message) => {
  await expect(read(content)).rejects.toBeInstanceOf(error);
  await expect(read(content)).rejects.toThrow(message);
  const { documents, notices } = await read(content, { skipInvalid: true });
  expect(documents).toEqual([]);
  expect(notices).toMatchObject([{ code: "invalid-document", count: 1 }]);
});

test("a file without the elements that --fields names for the text is reported", async () => {
  await expect(read("<TimeML><!--<BODY>--><TEXT>a</TEXT></TimeML>", { fields: "text=BODY" })).rejects.toBeInstanceOf(
    RecordError,
  );
});

test("written: times by their types, a stand-in for no type, texts to the letter", async () => {
  const document: Document = {
    id: "été/1",
    text: "He\r\nleft <b> today\u0001",
    entities: [
      { start: 13, end: 18, type: "DATE" },
      { start: 4, end: 8, type: "" },
      { start: 0, end: 2, type: "A B" },
    ],
    relations: [{ head: 1, tail: 0, label: "IS_INCLUDED" }],
  };
  const context = writeContext();
  await withWritten(
    [document],
    timeml,
    async (folder) => {
      const content = readFileSync(`${folder}/%C3%A9t%C3%A9%2F1.tml`, "utf8");
      expect(content).toContain('<?xml version="1.1"');
      expect(content).toContain('<TLINK lid="l1" relType="IS_INCLUDED" eventInstanceID="ei1" relatedToTime="t1"/>');
      const [read] = await readBack(folder);
      expect(read).toMatchObject({ id: document.id, text: document.text, relations: [{ head: 1, tail: 2 }] });
      expect(read?.entities.map(({ type }) => type)).toEqual(["A B", "ENTITY", "DATE"]);
    },
    context,
  );
  expect(context.notices.list()).toMatchObject([{ code: "stand-in-type", count: 1 }]);
});

test("the examples are what the writer makes of them", async () => {
  const examples = fileURLToPath(new URL("../../../examples/formats/timeml", import.meta.url));
  const documents = await readBack(examples);
  expect(documents).toHaveLength(10);
  await withWritten(documents, timeml, async (written) => {
    for (const { id } of documents) {
      expect(readFileSync(`${examples}/${id}.tml`, "utf8")).toBe(readFileSync(`${written}/${id}.tml`, "utf8"));
    }
  });
});
