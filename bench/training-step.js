// One optimizer step of a model of luke-base's size, all of it with clipping and AdamW, against transformers:
//     npm run bench -- training-step [FOLDER] [--threads 2] [--runs 3]
// A batch of 32 texts of 35 tokens with two entities, the same batch and weights for all, in turns, each in a process of
// its own (some 12 GB in all). transformers is measured as people use it, which updates half a million entities at every
// step, with the Trainer's optimizer, which is fused; with its entity table cut to the four rows that this task reads, as
// Relata has it; and that in bf16 autocast. Then once more with `torch.optim.AdamW` as it is made by hand, not fused.
//
// The floor is what the matrix products of Relata's own training graph would take at the best rate at which ONNX Runtime
// multiplies matrices on this machine, measured in the same run. Exit code 1 where Relata is not 1.6 times as fast as
// transformers with AdamW made by hand, 1.25 times as fast as with the cut table, or takes more than 1.35 times the floor.
import { forRelata, forTransformers, markedPairs } from "./batches.js";
import { relata, transformers, withContestants } from "./contestant.js";
import { load } from "./modules.js";
import { openProductRate } from "./product-rate.js";
import { requireTransformers } from "./reference/python.js";
import { median, sum } from "./statistics.js";

const [texts, words, vocabulary] = [32, 35, 50_000];
const profiledSteps = 4;
const limits = { plain: 1.6, cut: 1.25, floor: 1.35 };

export const title = `one optimizer step, luke-base size, ${texts} texts of ${words} tokens`;
export const subject = "process";

export async function run({ folder, runs, threads = 2 }) {
  const original = requireTransformers();
  const { collate } = await load("collate");
  const labels = Array.from({ length: texts }, (_, i) => i % 3);
  const batch = collate(markedPairs(texts, words, vocabulary), { padTokenId: 1, entityPadId: 0 }, labels);
  const entrants = [
    { key: "full", name: `${original}, all entities`, start: transformers },
    { key: "cut", name: "the same, 4 entities", start: transformers, open: { entities: 4 } },
    { key: "bf16", name: "the same, bf16 autocast", start: transformers, open: { entities: 4 }, autocast: true },
    { key: "relata", name: "Relata", start: relata },
  ];
  const rows = entrants.map(({ key, name }) => ({ key, name, results: [] }));
  const rate = await openProductRate({ threads });
  let best;
  await withContestants(
    entrants.map(({ start }) => start()),
    async (...contestants) => {
      for (const [i, { open }] of entrants.entries())
        await contestants[i].ask({ do: "open", folder, threads, ...open });
      // The first round warms up.
      for (let round = 0; round <= runs; round++) {
        for (const [i, { start, autocast }] of entrants.entries()) {
          const request = start === relata ? forRelata(batch) : forTransformers(batch);
          const { seconds } = await contestants[i].ask({ do: "step", batch: request, ...(autocast && { autocast }) });
          if (round > 0) rows[i].results.push({ seconds });
        }
        best = await rate.measure();
      }
      for (const [i, contestant] of contestants.entries()) {
        const { peakMemory } = await contestant.ask({ do: "peak" });
        for (const result of rows[i].results) result["peak MB"] = peakMemory / 1e6;
      }
    },
  );
  await rate.dispose();
  const [plain, beside] = await againstPlainAdamW({ folder, threads, batch, runs, original });
  const profile = await profileOf({ folder, threads, batch });
  const ours = rows.at(-1);
  const floor = sum(profile.kinds.map(({ flops }) => flops)) / best;
  const against = (row, one) => ({
    key: `${row.key}/relata`,
    name: `${row.name}: times Relata's`,
    results: ratios(row, one),
  });
  return [
    ...rows,
    plain,
    ...rows.slice(0, -1).map((row) => against(row, ours)),
    against(plain, beside),
    {
      key: "floor",
      name: `floor: products at ${(best / 1e9).toFixed(0)} GFLOP/s`,
      results: [{ seconds: floor }],
      profile,
      rate: best,
    },
    { key: "relata/floor", name: "Relata: times the floor", results: [{ seconds: secondsOf(ours) / floor }] },
  ];
}

/** Measures in turns with a second process of Relata, which is not shown. */
async function againstPlainAdamW({ folder, threads, batch, runs, original }) {
  const rows = [{ key: "plain", name: `${original}, all entities, AdamW not fused` }, { key: "relata" }].map((row) => ({
    ...row,
    results: [],
  }));
  await withContestants([transformers(), relata()], async (...contestants) => {
    const requests = [forTransformers(batch), forRelata(batch)];
    for (const contestant of contestants) await contestant.ask({ do: "open", folder, threads, fused: false });
    for (let round = 0; round <= runs; round++) {
      for (const [i, contestant] of contestants.entries()) {
        const { seconds } = await contestant.ask({ do: "step", batch: requests[i] });
        if (round > 0) rows[i].results.push({ seconds });
      }
    }
    for (const [i, contestant] of contestants.entries()) {
      const { peakMemory } = await contestant.ask({ do: "peak" });
      for (const result of rows[i].results) result["peak MB"] = peakMemory / 1e6;
    }
  });
  return rows;
}

/** Ratios of each round: two that take turns are slowed alike by a slow moment of the machine. */
const ratios = (theirs, ours) =>
  theirs.results.map((result, i) =>
    Object.fromEntries(Object.keys(result).map((column) => [column, result[column] / ours.results[i][column]])),
  );

const secondsOf = ({ results }) => median(results.map(({ seconds }) => seconds));

/** Profiles in a process of its own, since profiling costs time. */
const profileOf = ({ folder, threads, batch }) =>
  withContestants([relata()], async (contestant) => {
    await contestant.ask({ do: "open", folder, threads, profile: true });
    const seconds = [];
    for (let i = 0; i < profiledSteps; i++)
      seconds.push((await contestant.ask({ do: "step", batch: forRelata(batch) })).seconds);
    const { kinds } = await contestant.ask({ do: "profile", steps: profiledSteps });
    return { seconds: median(seconds.slice(1)), kinds };
  });

const find = (rows, wanted) => rows.find(({ key }) => key === wanted);

/** Explains the difference between a step and its floor, by kind of operator. */
export function remarks(rows) {
  const { profile, rate } = find(rows, "floor");
  const kernels = sum(profile.kinds.map(({ ms }) => ms));
  const lines = [
    ...profile.kinds.map(({ operator, calls, ms, flops }) => ({ operator, calls, ms, least: (flops / rate) * 1000 })),
    { operator: "outside ONNX Runtime's kernels", calls: NaN, ms: profile.seconds * 1000 - kernels, least: 0 },
  ].toSorted((a, b) => b.ms - b.least - (a.ms - a.least));
  const shown = lines.filter(({ ms, least }) => Math.abs(ms - least) >= 0.5 || least > 0);
  const cells = shown.map(
    ({ operator, calls, ms, least }) =>
      `| ${operator} | ${Number.isNaN(calls) ? "" : calls.toFixed(0)} | ${ms.toFixed(1)} | ${least ? least.toFixed(1) : ""} | ${(ms - least).toFixed(1)} |`,
  );
  return [
    [
      `What a profiled step of ${(profile.seconds * 1000).toFixed(0)} ms spends above the floor, in milliseconds:`,
      "",
      "| operator | calls | ms | at the best rate | above |",
      "| --- | --- | --- | --- | --- |",
      ...cells,
    ].join("\n"),
  ];
}

export function failures(rows) {
  const found = [];
  const speed = (key) => median(find(rows, `${key}/relata`).results.map(({ seconds }) => seconds));
  for (const key of ["plain", "cut"]) {
    if (!(speed(key) >= limits[key]))
      found.push(`Relata is ${speed(key).toFixed(2)} times as fast as ${find(rows, key).name}, not ${limits[key]}`);
  }
  const [{ seconds: overFloor }] = find(rows, "relata/floor").results;
  if (!(overFloor <= limits.floor))
    found.push(`a step takes ${overFloor.toFixed(2)} times the floor, over ${limits.floor}`);
  return found;
}
