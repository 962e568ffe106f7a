import { expect, test } from "vitest";
import { DataError, UsageError } from "../errors.ts";
import type { DocumentPrediction } from "../model/tasks/prediction.ts";
import type { DocumentInput } from "../model/tasks/prediction-input.ts";
import { answerEach, type Answerer } from "./answering.ts";
import { emitted } from "../run/emitted.ts";
import { merged } from "./merged.ts";
import { shardsOfTask } from "./shards-of-task.ts";

const textOf = (text: string): DocumentInput => ({ text, entities: [] });

/** A model that fails on each of these texts, and counts its calls. */
function modelThatFails(on: ReadonlyMap<string, Error>): Answerer & { calls: number } {
  return {
    finds: false,
    calls: 0,
    async answer(texts) {
      this.calls++;
      for (const { text } of texts) if (on.has(text)) throw on.get(text)!;
      return texts.map(({ text }): DocumentPrediction => ({ text, entities: [], relations: [] }));
    },
  };
}

test("one bad text among many costs no other its answer", async () => {
  const texts = Array.from({ length: 64 }, (_, i) => textOf(`t${i}`));
  const model = modelThatFails(new Map([["t17", new DataError("no such span.")], ["t40", new Error("bad allocation")]])); // prettier-ignore
  const outcomes = await answerEach(model, texts);
  expect(outcomes.flatMap((one, i) => (one.answer ? [] : [[i, one]]))).toEqual([
    [17, { error: "data", reason: "no such span." }],
    [40, { error: "model-failed", reason: "bad allocation" }],
  ]);
  expect(outcomes.filter(({ answer }) => answer)).toHaveLength(62);
  expect(model.calls).toBeLessThan(30);
});

test("a wrong setting is no fault of the texts", async () => {
  const model = modelThatFails(new Map([["t0", new UsageError("no such label.")]]));
  await expect(answerEach(model, [textOf("t0"), textOf("t1")])).rejects.toThrow("no such label.");
  expect(model.calls).toBe(1);
});

const shards = Array.from({ length: 7 }, () => undefined) as unknown as Parameters<typeof shardsOfTask>[0]["shards"];
const chosen = (config: Partial<Parameters<typeof shardsOfTask>[1]>, env: NodeJS.ProcessEnv = {}): number[] =>
  shardsOfTask({ shards }, { shard: undefined, shardFromEnv: false, tasks: undefined, ...config }, env);

test("shards by flag and by the variables of engines", () => {
  expect(chosen({})).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(chosen({ shard: 6 })).toEqual([6]);
  for (const name of ["JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX", "SLURM_ARRAY_TASK_ID", "HQ_TASK_ID"])
    expect(chosen({ shardFromEnv: true }, { [name]: "3" })).toEqual([3]);
  expect(chosen({ shardFromEnv: true }, { PARALLEL_SEQ: "1" })).toEqual([0]);
  expect(chosen({ shardFromEnv: true, tasks: 3 }, { JOB_COMPLETION_INDEX: "1" })).toEqual([1, 4]);
  expect(chosen({ shardFromEnv: true, tasks: 9 }, { JOB_COMPLETION_INDEX: "8" })).toEqual([]);
});

test.each([
  [{ shard: 7 }, {}, "has 7, from 0 to 6"],
  [{ shard: 1, shardFromEnv: true }, {}, "give one of them"],
  [{ tasks: 2 }, {}, "--tasks is about"],
  [{ shardFromEnv: true }, {}, "no engine named a task"],
  [{ shardFromEnv: true }, { HQ_TASK_ID: "1", SLURM_ARRAY_TASK_ID: "1" }, "are all set"],
  [{ shardFromEnv: true }, { PARALLEL_SEQ: "0" }, "expected a whole number from 1 on"],
  [{ shardFromEnv: true }, { HQ_TASK_ID: "7" }, "the run has 7 shards"],
  [{ shardFromEnv: true, tasks: 2 }, { HQ_TASK_ID: "2" }, "--tasks says that there are 2"],
])("%j with %j is refused", (config, env, message) => {
  expect(() => chosen(config, env)).toThrow(message);
});

async function* counting(name: string, count: number): AsyncGenerator<string, string> {
  for (let i = 0; i < count; i++) yield `${name}${i}`;
  return name;
}

test("merged takes from all at once; an error closes the others", async () => {
  const events: string[] = [];
  const all = merged([counting("a", 3), counting("b", 1), counting("c", 0)]);
  let next = await all.next();
  for (; !next.done; next = await all.next()) events.push(next.value);
  expect(events.sort()).toEqual(["a0", "a1", "a2", "b0"]);
  expect(next.value).toEqual(["a", "b", "c"]);
  let isClosed = false;
  async function* endless(): AsyncGenerator<string, string> {
    try {
      for (;;) yield "x";
    } finally {
      isClosed = true;
    }
  }
  const failing = emitted<string, string>(async (emit) => {
    emit("y");
    throw new Error("broken");
  });
  const taken = (async () => {
    for await (const _ of merged([endless(), failing]));
  })();
  await expect(taken).rejects.toThrow("broken");
  expect(isClosed).toBe(true);
});
