import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { facts, formatContract, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import { richDocument } from "../../../test/fixtures/rich-documents.ts";
import { surface, type Document } from "../../corpus/document.ts";
import { KeyError, SpanOutsideTextError } from "../../corpus/errors.ts";
import { NoticeLog } from "../../corpus/notices.ts";
import { reduceTo } from "../features.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { retokenize } from "../tokens.ts";
import { writeDocuments } from "../write.ts";
import { dygie } from "./index.ts";

formatContract(dygie, { expected: retokenize });

const read = (documents: readonly unknown[], options?: ReadOptions): Promise<Corpus> =>
  withFile(documents.map((document) => JSON.stringify(document)).join("\n"), (path) => readCorpus([path], options));

const sentences = [
  ["Bonjour", "."],
  ["Le", "colis", "📦", "part", "lundi", "matin", "."],
];
const record = {
  doc_key: "d1",
  dataset: "demo",
  sentences,
  ner: [
    [],
    [
      [5, 5, "ACTION"],
      [6, 7, "TIME"],
      [3, 4, "OBJECT"],
      [4, 4, "SIGN"],
    ],
  ],
  relations: [
    [],
    [
      [5, 5, 6, 7, "DO_WHEN"],
      [3, 4, 5, 5, "WHO_DO"],
    ],
  ],
  clusters: [],
};
const described = ({ documents }: Corpus): unknown =>
  documents.map((document) => ({
    id: document.id,
    entities: document.entities.map((entity) => `${surface(document, entity)}/${entity.type}`),
    relations: document.relations.map(({ head, tail, label, probability }) => [head, tail, label, probability]),
  }));

describe("reading", () => {
  test("tokens count from the beginning of the document, last tokens are inclusive, entities may nest", async () => {
    const corpus = await read([record]);
    expect(corpus.documents[0]!.text).toBe("Bonjour . Le colis 📦 part lundi matin .");
    expect(described(corpus)).toEqual([
      {
        id: "d1",
        entities: ["part/ACTION", "lundi matin/TIME", "colis 📦/OBJECT", "📦/SIGN"],
        relations: [
          [0, 1, "DO_WHEN", undefined],
          [2, 0, "WHO_DO", undefined],
        ],
      },
    ]);
    expect(corpus.notices).toEqual([]);
    expect(corpus.sources).toMatchObject([{ formats: ["dygie"] }]);
  });

  test("an argument that is no entity becomes one, once, and is counted", async () => {
    const relations = [
      [],
      [
        [5, 5, 2, 2, "WHO_DO"],
        [2, 2, 6, 7, "AT"],
      ],
    ];
    const corpus = await read([{ ...record, relations }]);
    expect(described(corpus)).toMatchObject([
      {
        entities: ["part/ACTION", "lundi matin/TIME", "colis 📦/OBJECT", "📦/SIGN", "Le/"],
        relations: [
          [0, 4, "WHO_DO", undefined],
          [4, 1, "AT", undefined],
        ],
      },
    ]);
    expect(corpus.notices).toMatchObject([
      { code: "untyped-argument", count: 1, locations: [{ line: 1, detail: '"Le", tokens 2 to 2' }] },
    ]);
  });

  test("an argument that is two entities is the first of them, and is counted", async () => {
    const corpus = await read([{ ...record, ner: [[], [...record.ner[1]!, [5, 5, "VERB"]]] }]);
    expect(corpus.documents[0]!.relations[0]!.head).toBe(0);
    expect(corpus.documents[0]!.entities).toHaveLength(5);
    expect(corpus.notices).toMatchObject([{ code: "ambiguous-argument", count: 2 }]);
  });

  test("predictions are read where there are no annotations", async () => {
    const predicted_ner = [
      [],
      [
        [5, 5, "ACTION", 7.1, 0.99],
        [6, 7, "TIME", 3.2, 0.8],
      ],
    ];
    const predicted_relations = [[], [[5, 5, 6, 7, "DO_WHEN", 1.3, 0.786]]];
    const { ner: _, relations: __, ...bare } = record;
    const alone = await read([{ ...bare, predicted_ner, predicted_relations }]);
    expect(described(alone)).toMatchObject([
      { entities: ["part/ACTION", "lundi matin/TIME"], relations: [[0, 1, "DO_WHEN", 0.786]] },
    ]);
    expect(alone.notices).toEqual([]);

    const beside = await read([{ ...record, predicted_ner, predicted_relations }]);
    expect(described(beside)).toEqual(described(await read([record])));
    expect(beside.notices).toMatchObject([{ code: "unread-predictions", count: 1 }]);
  });

  test("what is not read is reported: clusters, events, no relations at all", async () => {
    const { relations: _, ...bare } = record;
    const { notices } = await read([
      {
        ...bare,
        clusters: [
          [
            [0, 0],
            [3, 3],
          ],
        ],
      },
      {
        ...record,
        doc_key: "d2",
        clusters: null,
        events: [
          [],
          [
            [
              [5, "MOVE"],
              [3, 3, "WHAT"],
            ],
          ],
        ],
      },
      { ...record, doc_key: "d3", clusters: [], events: [[], []] },
    ]);
    expect(notices).toMatchObject([
      { code: "clusters", count: 1, locations: [{ line: 1 }] },
      { code: "no-relations", count: 1, locations: [{ line: 1 }] },
      { code: "events", count: 1, locations: [{ line: 2 }] },
    ]);
  });

  test.each([
    ["a token behind the last", { ner: [[[8, 9, "A"]]] }, SpanOutsideTextError, "[39, 42)"],
    ["an entity of one number", { ner: [[[8]]] }, KeyError, "key ner[0][0]"],
    ["no key", { doc_key: null }, KeyError, "key doc_key: expected a string"],
  ])("%s", async (_, change, error, message) => {
    await expect(read([record, { ...record, doc_key: "bad", ...change }])).rejects.toBeInstanceOf(error);
    await expect(read([record, { ...record, doc_key: "bad", ...change }])).rejects.toThrow(message);
  });
});

describe("writing", () => {
  const write = async (document: Document, change = {}): Promise<{ lines: unknown[]; notices: NoticeLog }> => {
    const context = writeContext(change);
    let written = "";
    for await (const { text } of writeDocuments([document], dygie.writer!, context)) written += text;
    const lines = written.trimEnd().split("\n");
    return { lines: lines.map((line): unknown => JSON.parse(line)), notices: context.notices };
  };
  const text = "Le colis part.\nIl arrive mardi.";
  const entities = [
    { start: 3, end: 8, type: "OBJECT" },
    { start: 9, end: 13, type: "ACTION" },
    { start: 25, end: 30, type: "TIME" },
  ];
  const relations = [
    { head: 0, tail: 1, label: "WHO_DO" },
    { head: 2, tail: 1, label: "AFTER" },
  ];

  test("a list for each sentence; a relation across sentences is in that of its head, and counted", async () => {
    const { lines, notices } = await write({ id: "d1", text, entities, relations });
    expect(lines).toEqual([
      {
        doc_key: "d1",
        sentences: [
          ["Le", "colis", "part", "."],
          ["Il", "arrive", "mardi", "."],
        ],
        ner: [
          [
            [1, 1, "OBJECT"],
            [2, 2, "ACTION"],
          ],
          [[6, 6, "TIME"]],
        ],
        relations: [[[1, 1, 2, 2, "WHO_DO"]], [[6, 6, 2, 2, "AFTER"]]],
      },
    ]);
    expect(notices.list().map(({ code, count }) => [code, count])).toEqual([
      ["lost-exact-text", 1],
      ["relation-across-sentences", 1],
    ]);
  });

  test("predictions have a name of their own, with score and probability", async () => {
    const predicted = relations.map((relation, i) => ({ ...relation, probability: i === 0 ? 0.75 : 1 }));
    const { lines } = await write({ id: "d1", text, entities, relations: predicted }, { predictions: true });
    expect(lines).toMatchObject([
      {
        predicted_relations: [[[1, 1, 2, 2, "WHO_DO", 1.0986, 0.75]], [[6, 6, 2, 2, "AFTER", 50, 1]]],
      },
    ]);
    expect(lines[0]).not.toHaveProperty("relations");
  });

  test("probabilities come back, whether or not the documents are predictions", async () => {
    const probability = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined });
    const probabilities = fc.array(probability, { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(richDocument, probabilities, fc.boolean(), async (document, probabilities, predictions) => {
        const relations = document.relations.map((relation, i) => {
          const probability = probabilities[i];
          return probability === undefined ? relation : { ...relation, probability: probability + 0 };
        });
        const given = { ...document, relations };
        const reduced = reduceTo(dygie.writer!.holds, given, "NO_REL", new NoticeLog());
        await withWritten(
          [given],
          dygie,
          async (path) => expect((await readBack(path)).map(facts)).toEqual([facts(retokenize(reduced!))]),
          writeContext({ predictions }),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe("the documents of DyGIE++'s own tests", () => {
  const folder = fileURLToPath(new URL("../../../../shared/data/fixtures/dygie/", import.meta.url));
  test.skipIf(!existsSync(folder)).each([
    ["collate_scierc_train.json", 10, 173, 86],
    ["collate_scierc_dev.json", 10, 154, 65],
    ["collate_scierc_test.json", 10, 185, 122],
    ["scierc_article.json", 1, 25, 15],
  ])("%s (needs ../shared/data)", async (name, count, entities, relations) => {
    const { documents, notices, sources } = await readCorpus([`${folder}${name}`]);
    expect(sources).toMatchObject([{ formats: ["dygie"] }]);
    expect(documents).toHaveLength(count);
    expect(documents.flatMap((document) => document.entities)).toHaveLength(entities);
    expect(documents.flatMap((document) => document.relations)).toHaveLength(relations);
    const codes = notices.map(({ code }) => code).filter((code) => code !== "span-cuts-word");
    expect(codes).not.toContain("untyped-argument");
    expect(codes).not.toContain("span-white-space");
    expect(codes).toContain("clusters");
  });
});
