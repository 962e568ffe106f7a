import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { trainConfig, type TrainOptions } from "../../config.ts";
import { withModelDefaults } from "../starting-settings.ts";
import { readLearningData } from "./read-learning-data.ts";
import { relations } from "./relations/relations.ts";

const examples = fileURLToPath(new URL("../../../examples/annotations.jsonlines", import.meta.url));

interface Parts {
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[] | undefined;
  readonly labels: readonly string[];
}

async function parts(options: Omit<TrainOptions, "output">): Promise<Parts> {
  const { train, validation, test, learned } = await readLearningData(
    relations,
    [examples],
    withModelDefaults(trainConfig.parse({ ...options, output: "none" })),
  );
  const ids = (documents: readonly { readonly id: string }[]): string[] => documents.map(({ id }) => id);
  return {
    train: ids(train),
    validation: ids(validation.documents),
    test: test && ids(test.documents),
    labels: learned.id2label,
  };
}

test("fewer training documents are some of more, in their order, and nothing else changes", async () => {
  const all = await parts({ seed: 3 });
  let larger = all.train;
  for (const trainDocuments of [100, 20, 5]) {
    const some = await parts({ seed: 3, trainDocuments });
    expect(some.train).toHaveLength(trainDocuments);
    expect(some.train).toEqual(larger.filter((id) => some.train.includes(id)));
    expect([some.validation, some.test, some.labels]).toEqual([all.validation, all.test, all.labels]);
    larger = some.train;
  }
  expect(await parts({ seed: 3, trainDocuments: all.train.length })).toEqual(all);
});

test("with a seed of its own the split stays whatever the seed, which draws other documents", async () => {
  const [one, other] = [
    await parts({ seed: 1, splitSeed: 9, trainDocuments: 20 }),
    await parts({ seed: 2, splitSeed: 9, trainDocuments: 20 }),
  ];
  expect(other.test).toEqual(one.test);
  expect(other.train).not.toEqual(one.train);
  expect(one.test).toEqual((await parts({ seed: 9 })).test);
});

test("more documents than there are is an error that says how many there are", async () => {
  await expect(parts({ trainDocuments: 999 })).rejects.toThrow("252 documents are not held out; found 999");
});

test("a part without any relation is named, with what it cannot do", async () => {
  const folder = mkdtempSync(join(tmpdir(), "relata-bare-"));
  try {
    const bare = join(folder, "bare.jsonl");
    const entities = [
      { start: 0, end: 4, type: "SUBJ" },
      { start: 5, end: 9, type: "VERB" },
    ];
    writeFileSync(bare, `${JSON.stringify({ id: "one", text: "Anna sees Ben.", entities, relations: [] })}\n`);
    const noticesWith = async (options: Omit<TrainOptions, "output">): Promise<readonly string[]> => {
      const config = withModelDefaults(trainConfig.parse({ ...options, output: "none" }));
      const { notices } = await readLearningData(relations, [examples], config);
      return notices.filter(({ code }) => code.endsWith("-without-relations")).map(({ code }) => code);
    };
    expect(await noticesWith({ validation: bare })).toEqual(["validation-without-relations"]);
    expect(await noticesWith({ test: bare })).toEqual(["test-without-relations"]);
    expect(await noticesWith({})).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
