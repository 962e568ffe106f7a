// Relata at work, asked by a bench over standard input as `reference/rival.py` is: one JSON object a line, one line of JSON for each.
//     {"do": "open", "folder": …, "threads": 2, "dtype": "float32" | "int8"}
//     {"do": "score", "encodings": […], "batchSize": 32}     logits, one row a pair
//     {"do": "peak"}                                         highest memory of this process so far, bytes
// Every answer has the `seconds` of the work alone.
import { createInterface } from "node:readline";

const load = (path) => import(`../dist/${path}.js`);
let model;

const acts = {
  async open({ folder, threads, dtype }) {
    const { openModel } = await load("recipes/open-model");
    model = await openModel(folder, { intraOpNumThreads: threads, dtype });
    return { notes: model.notes };
  },
  async score({ encodings, batchSize }) {
    const texts = encodings.map(({ inputIds, entityIds, entityPositionIds, pairs }) => ({
      inputIds: Int32Array.from(inputIds),
      entityIds: Int32Array.from(entityIds),
      entityPositionIds: entityPositionIds.map((positions) => Int32Array.from(positions)),
      pairs,
      truncated: false,
      mentionCut: false,
    }));
    const rows = await model.session.logits(texts, { batchSize });
    return { rows };
  },
  peak: () => ({ peakMemory: process.resourceUsage().maxRSS * 1024 }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: act, ...request } = JSON.parse(line);
  const started = performance.now();
  const { rows, ...answer } = await acts[act](request);
  const seconds = (performance.now() - started) / 1000;
  const labels = model?.schema.id2label.length;
  const logits = rows?.flatMap((row) =>
    Array.from({ length: row.length / labels }, (_, i) => [...row.subarray(i * labels, (i + 1) * labels)]),
  );
  process.stdout.write(`${JSON.stringify({ ...answer, logits, seconds })}\n`);
}
