// S6: a batch changes no answer, and each request keeps its own options.
import { send } from "./load.js";
import { Server } from "./server.js";

export async function invariance({ model, documents, mixes }) {
  const server = await Server.start(model, ["--deadline", "600"]);
  const ask = async (request) => {
    const { status, text } = await send(`${server.url}/v1/relations`, request);
    if (status !== 200) throw new Error(`${status} ${text}`);
    return JSON.parse(text).documents;
  };
  const texts = documents.slice(0, 100);
  const alone = [];
  for (const document of texts) alone.push((await ask({ documents: [document], probabilities: true }))[0].relations);
  let largest = 0;
  let labels = 0;
  let options = 0;
  const one = async (seed) => {
    const of = Array.from({ length: 1 + (seed % 7) }, (_, i) => (seed * 31 + i * 17) % texts.length);
    const wantsAll = seed % 2 === 0;
    const topK = seed % 5 === 0 ? 1 + (seed % 3) : undefined;
    const answers = await ask({ documents: of.map((i) => texts[i]), probabilities: wantsAll, topK });
    for (const [j, { relations }] of answers.entries()) {
      const single = alone[of[j]];
      if (relations.length !== Math.min(single.length, topK ?? Infinity)) options++;
      for (const relation of relations) {
        if ("probabilities" in relation !== wantsAll) options++;
        const same = single.find(({ head, tail }) => head === relation.head && tail === relation.tail);
        if (same.label !== relation.label) labels++;
        largest = Math.max(largest, Math.abs(same.probability - relation.probability));
      }
    }
  };
  for (let i = 0; i < mixes; i += 32) await Promise.all(Array.from({ length: 32 }, (_, j) => one(i + j)));
  await server.stop();
  return [
    {
      name: "S6 batch invariance",
      figure: `largest difference of a probability ${largest.toExponential(1)} in ${mixes} mixes; ${labels} other labels, ${options} wrong options`,
      target: "1e-4, none",
      holds: largest <= 1e-4 && labels + options === 0,
    },
  ];
}
