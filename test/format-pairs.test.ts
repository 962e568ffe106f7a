// From any format to any other: what both hold is the same after it went through the two.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Document, Entity, Relation } from "../src/corpus/document.ts";
import { NoticeLog } from "../src/corpus/notices.ts";
import { allFeatures, reduceTo, type Feature } from "../src/formats/features.ts";
import { formatNames, type FormatName } from "../src/formats/names.ts";
import { formats } from "../src/formats/registry.ts";
import { facts, readBack, withWritten } from "./fixtures/format-contract.ts";

// Words that are one token each, joined by one blank: texts that formats of tokens hold to the letter.
const words = ["colis", "📦", "été", "e\u0301te\u0301", "שלום", "東京", "part", "lundi", "𝒳y", "a"];
const types = ["OBJECT", "TIME", "A_B"];
const labels = ["WHO_DO", "DO_WHEN", "SAME_AS"];

function documentsFor(holds: ReadonlySet<Feature>): fc.Arbitrary<Document> {
  const count = holds.has("many-entities") ? fc.integer({ min: 2, max: 5 }) : fc.constant(2);
  return fc
    .tuple(fc.uuid(), fc.array(fc.constantFrom(...words), { minLength: 4, maxLength: 8 }), count)
    .chain(([id, chosen, entityCount]) => {
      const text = chosen.join(" ");
      const starts = chosen.map((_, i) => chosen.slice(0, i).join(" ").length + (i > 0 ? 1 : 0));
      const place = fc.nat({ max: chosen.length - 1 });
      const entity = fc.tuple(place, place, fc.constantFrom(...types)).map(([a, b, type]): Entity => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        return { start: starts[first]!, end: starts[last]! + chosen[last]!.length, type };
      });
      const entities = fc.array(entity, { minLength: entityCount, maxLength: entityCount });
      const position = fc.nat({ max: entityCount - 1 });
      const relation = fc.record<Relation>({
        head: position,
        tail: position,
        label: fc.constantFrom(...labels),
      });
      const relations = fc.uniqueArray(relation, {
        minLength: 1,
        maxLength: 4,
        selector: ({ head, tail, label }) => `${head} ${tail} ${label}`,
      });
      return fc.record({ id: fc.constant(id), text: fc.constant(text), entities, relations });
    });
}

const both = (a: FormatName, b: FormatName): Set<Feature> =>
  new Set(
    allFeatures.filter((feature) => formats[a].writer!.holds.has(feature) && formats[b].writer!.holds.has(feature)),
  );

/** The part of a document that two formats hold; undefined for one that a format of pairs would write as several records. */
function common(document: Document, holds: ReadonlySet<Feature>): Document | undefined {
  const kept = reduceTo(holds, document, "NO_REL", new NoticeLog());
  if (!kept) return undefined;
  const isPair = kept.entities.length === 2 && kept.relations.length === 1;
  return holds.has("many-entities") || isPair ? kept : undefined;
}

/** A document as facts that both formats hold. A tool that needs a type is given a stand-in for one that is not there. */
const factsHeld =
  (holds: ReadonlySet<Feature>) =>
  (document: Document): unknown =>
    facts({
      ...document,
      ...(holds.has("ids") ? {} : { id: "" }),
      ...(holds.has("entity-types") ? {} : { entities: document.entities.map((entity) => ({ ...entity, type: "" })) }),
    });

test.each(formatNames)("%s to every other and back to Relata's eyes", { timeout: 120_000 }, async (from) => {
  for (const to of formatNames) {
    const holds = both(from, to);
    await fc.assert(
      fc.asyncProperty(documentsFor(holds), async (given) => {
        const document = common(given, holds);
        fc.pre(document !== undefined);
        const arrived = await withWritten([document], formats[from], async (path) => {
          const read = await readBack(path, { format: from });
          return withWritten(read, formats[to], (target) => readBack(target, { format: to }));
        });
        expect(arrived.map(factsHeld(holds))).toEqual([factsHeld(holds)(document)]);
      }),
      { numRuns: 6 },
    );
  }
});
