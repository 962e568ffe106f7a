import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tinyMlukeTokenizer, tinyTokenizer } from "../../../../../test/support/tiny-tokenizer.ts";
import { entityVocab, specialEntities } from "./entity-vocab.ts";
import { LukeTokenizer } from "./luke-tokenizer.ts";
import { specialEntitiesOnly } from "./special-entities.ts";
import { typedEntityId, typedEntityTitle, typedEntityTitles } from "./typed-entities.ts";

const types = ["TIME", "OBJECT", "entité à part", "]", "[MASK]", "a\nb", "__proto__", "漢"];
const idsOf = ({ entityVocab }: LukeTokenizer, all = types): number[] =>
  all.map((type) => typedEntityId(entityVocab, type));

describe.each([
  ["LUKE", tinyTokenizer()],
  ["mLUKE", tinyMlukeTokenizer()],
])("%s", (_, tokenizer) => {
  const typed = tokenizer.withTypes(types);
  const { size, specialEntityIds } = tokenizer.entityVocab;

  test("types are numbered in their order after all other entities", () => {
    expect(idsOf(typed)).toEqual(types.map((_, i) => size + i));
    expect(typed.entityVocab.size).toBe(size + types.length);
    expect(typed.entityVocab.specialEntityIds).toEqual(specialEntityIds);
    expect(typedEntityTitles(typed.entityVocab)).toEqual(types.map(typedEntityTitle));
    expect(typed.maxMentionLength).toBe(tokenizer.maxMentionLength);
    expect(typed.maxLength).toBe(tokenizer.maxLength);
  });

  test("a type that is not known, and none, are [MASK]; a special entity is no type", () => {
    for (const type of ["", "stranger", "MASK", "time"]) {
      expect(typedEntityId(typed.entityVocab, type)).toBe(specialEntityIds.mask);
    }
    expect(idsOf(tokenizer)).toEqual(types.map(() => specialEntityIds.mask));
    expect(typedEntityTitles(tokenizer.entityVocab)).toEqual([]);
  });

  test("a type that is there keeps its entity; said twice it has one", () => {
    const more = typed.withTypes(["new", "OBJECT", "new", "TIME"]);
    expect(idsOf(more)).toEqual(idsOf(typed));
    expect(more.entityVocab.size).toBe(typed.entityVocab.size + 1);
    expect(typed.withTypes(types).entityVocab).toEqual(typed.entityVocab);
  });

  test("they are the same after the files of a model", () => {
    const opened = LukeTokenizer.fromFiles(typed.files());
    expect(new Map(opened.entityVocab.ids)).toEqual(new Map(typed.entityVocab.ids));
    expect(idsOf(opened)).toEqual(idsOf(typed));
  });

  test("specialEntitiesOnly keeps them and leaves out all titles", () => {
    const { ids } = tokenizer.withTypes(["A"]).entityVocab;
    const titles = new Map([
      ...ids,
      ["Ana Ivanovic", ids.size],
      ["[TYPED]", ids.size + 1],
      ["x [TYPE:y]", ids.size + 2],
    ]);
    const full = new LukeTokenizer(tokenizer.words, entityVocab(titles), tokenizer).withTypes(["B"]);
    const { tokenizer: small, rows } = specialEntitiesOnly(full);
    expect([...small.entityVocab.ids.keys()].sort()).toEqual(
      [...Object.values(specialEntities), "[TYPE:A]", "[TYPE:B]"].sort(),
    );
    for (const [name, id] of small.entityVocab.ids) expect(rows[id]).toBe(full.entityVocab.ids.get(name));
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
    expect(small.entityVocab.size).toBe(rows.length);
  });
});

test("specialEntitiesOnly: whatever the ids, every name kept finds its old row, and names of one row still share it", () => {
  const names = [...Object.values(specialEntities), "[TYPE:A]", "[TYPE:B]", "Leeds", "en:Leeds"];
  const { words } = tinyTokenizer();
  fc.assert(
    fc.property(fc.array(fc.nat(9), { minLength: names.length, maxLength: names.length }), (ids) => {
      const full = new LukeTokenizer(words, entityVocab(new Map(names.map((name, i) => [name, ids[i]!]))));
      const { tokenizer, rows } = specialEntitiesOnly(full);
      const kept = names.slice(0, 6);
      expect(kept.map((name) => rows[tokenizer.entityVocab.ids.get(name)!])).toEqual(ids.slice(0, 6));
      expect(rows).toEqual([...new Set(ids.slice(0, 6))].sort((a, b) => a - b));
      expect(tokenizer.entityVocab.ids.size).toBe(6);
    }),
  );
});
