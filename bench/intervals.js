// Counts how often the 95 % intervals of scores cover the truth: 500 simulated corpora of each size, whose documents differ in
// their relations and in how well the model does on them; the truth is the score on 200,000 such documents.
//     npm run bench -- intervals
// Exit code 1 if less than 93 or more than 97 % of the intervals of any size and metric cover it.
import { load } from "./modules.js";

export const title = "How often 95 % intervals cover the truth";
export const subject = "documents, metric";

const corpora = 500;
const sizes = [20, 50, 200];
const metrics = ["macro_f1", "relation_macro_f1", "relation_micro_f1", "accuracy"];
const labelCount = 6;
const counting = { labelCount, noRelationId: 0 };

/** Pairs of a document: label 0 is that of no relation; of the others each is rarer than the one before. */
function pairsOf(document, draw) {
  const topic = 1 + draw.below(labelCount - 1);
  const quality = 0.35 + 0.6 * Math.sqrt(draw.next());
  const anyLabel = () => 1 + draw.below(labelCount - 1);
  return Array.from({ length: 4 + draw.below(20) }, () => {
    const isRelated = draw.next() < 0.25;
    const rare = 1 + Math.min(labelCount - 2, Math.floor(-1.5 * Math.log(1 - draw.next())));
    const gold = isRelated ? (draw.next() < 0.5 ? topic : rare) : 0;
    let predicted = gold;
    if (isRelated && draw.next() > quality) predicted = draw.next() < 0.7 ? 0 : anyLabel();
    else if (!isRelated && draw.next() < 0.12 * (1.4 - quality)) predicted = draw.next() < 0.6 ? topic : anyLabel();
    return { document, gold: [gold], predicted: [[predicted]] };
  });
}

export async function run() {
  const [{ compareByDocument }, { random }, { LabelTotals, countsByDocument }] = await Promise.all(
    ["bootstrap", "random", "document-counts"].map((name) => load(name)),
  );
  const totals = new LabelTotals(labelCount, 0);
  const all = random("intervals", "truth");
  for (let d = 0; d < 200_000; d++) totals.add(countsByDocument(pairsOf(d, all), 1, 0)[0][0], 1);
  const truth = metrics.map((metric) => totals.measure(metric));

  return sizes.flatMap((size) => {
    const counts = metrics.map(() => ({ covered: 0, below: 0, above: 0 }));
    for (let corpus = 0; corpus < corpora; corpus++) {
      const draw = random("intervals", size, corpus);
      const pairs = Array.from({ length: size }, (_, d) => pairsOf(d, draw)).flat();
      for (const [m, { low, high }] of compareByDocument(pairs, [], metrics, counting).scores.entries())
        counts[m][truth[m] < low ? "above" : truth[m] > high ? "below" : "covered"]++;
    }
    const percent = (count) => (100 * count) / corpora;
    return metrics.map((metric, m) => ({
      name: `${size}, ${metric}`,
      results: [
        {
          "covered %": percent(counts[m].covered),
          "interval below %": percent(counts[m].below),
          "interval above %": percent(counts[m].above),
        },
      ],
    }));
  });
}

export const remarks = (rows) => [
  `Over all: ${(rows.reduce((sum, { results }) => sum + results[0]["covered %"], 0) / rows.length).toFixed(1)} %.`,
];

export const failures = (rows) =>
  rows.flatMap(({ name, results: [{ "covered %": share }] }) =>
    share < 93 || share > 97 ? [`${name}: the intervals cover the truth in ${share.toFixed(1)} %`] : [],
  );
