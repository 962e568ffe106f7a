// How fast ONNX Runtime multiplies matrices on this machine, measured as the training graph has it done: float32, both
// operands fed.
import { load } from "./modules.js";

const sizes = [
  [1184, 768, 3072],
  [1184, 3072, 768],
  [1184, 768, 768],
  [2048, 1024, 2048],
];

/** Makes a meter whose `measure` runs each size a few times and returns the best rate so far, in FLOP per second. */
export async function openProductRate({ threads, repetitions = 8 }) {
  const { input } = await load("tensor");
  const { matMul } = await load("matmul");
  const { lower } = await load("lower");
  const { createSession, float32 } = await load("session");
  const products = [];
  for (const [m, k, n] of sizes) {
    const inputs = [input("a", [m, k]), input("b", [k, n])];
    const model = lower({ name: "product", inputs, outputs: new Map([["y", matMul(...inputs)]]) });
    const session = await createSession(model, { intraOpNumThreads: threads });
    const feeds = new Map(inputs.map(({ shape, source }) => [source.name, float32(filled(shape), shape)]));
    products.push({ session, feeds, flops: 2 * m * k * n });
  }
  let best = 0;
  return {
    async measure() {
      for (let i = 0; i < repetitions; i++) {
        for (const { session, feeds, flops } of products) {
          const started = performance.now();
          await session.run(feeds);
          best = Math.max(best, (flops * 1000) / (performance.now() - started));
        }
      }
      return best;
    },
    dispose: () => Promise.all(products.map(({ session }) => session.dispose())),
  };
}

const filled = ([rows, columns]) => Float32Array.from({ length: rows * columns }, (_, i) => ((i * 31) % 17) / 17 - 0.5);
