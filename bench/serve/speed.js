// S1 to S4: throughput beside offline prediction, overhead of a single client, event loop and /health under saturation.
import { openModel } from "../../dist/index.js";
import { closedLoop, probe, quantile, send } from "./load.js";
import { Server } from "./server.js";

const median = (values) => quantile(values, 0.5);

/** Documents a second of `model.predict`, in batches of about as many as those of the server, and milliseconds of a processor for each. */
async function offline(model, documents, seconds) {
  const before = process.cpuUsage();
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < seconds * 1000) {
    const batch = Array.from({ length: 16 }, (_, i) => documents[(count + i) % documents.length]);
    await model.predict(batch);
    count += batch.length;
  }
  const { user, system } = process.cpuUsage(before);
  return { rate: count / ((performance.now() - began) / 1000), cost: (user + system) / 1000 / count };
}

export async function saturation({ model, documents, seconds, runs }) {
  const bare = await openModel(model, { threads: 1 });
  const server = await Server.start(model);
  const ask = (i) => send(`${server.url}/v1/relations`, { documents: [documents[i % documents.length]] });
  await closedLoop(8, 2, ask);
  const rates = [];
  const work = "relata_inference_duration_seconds_sum";
  const lag = [];
  const worst = [];
  let health = [];
  for (let run = 0; run < runs; run++) {
    const { rate: alone, cost } = await offline(bare, documents, seconds);
    const { child } = server;
    const [worked, computed] = [await server.metric(work), server.computed(child)];
    const stop = probe(`${server.url}/health`, 50);
    const { answers, seconds: took } = await closedLoop(32, seconds, ask);
    health = [...health, ...(await stop())];
    const names = ["nodejs_eventloop_lag_p99_seconds", "nodejs_eventloop_lag_max_seconds"];
    const [usual, largest] = await server.metrics(names);
    lag.push(usual * 1000);
    worst.push(largest * 1000);
    const failed = answers.filter(({ status }) => status !== 200).length;
    rates.push({
      alone,
      served: answers.length / took,
      failed,
      busy: ((await server.metric(work)) - worked) / took,
      costs: (server.computed(child) - computed) / answers.length / cost,
    });
  }
  await bare.close();
  await server.stop();
  const ratio = median(rates.map(({ alone, served }) => served / alone));
  const p99 = quantile(
    health.map(({ ms }) => ms),
    0.99,
  );
  const failures = health.filter(({ status }) => status !== 200).length;
  return [
    {
      name: "S1 throughput",
      figure: `${median(rates.map(({ served }) => served)).toFixed(0)} documents/s, ${(100 * ratio).toFixed(0)} % of ${median(rates.map(({ alone }) => alone)).toFixed(0)} offline; the model was at work ${(100 * median(rates.map(({ busy }) => busy))).toFixed(0)} % of the time, and a document cost its processor ${median(rates.map(({ costs }) => costs)).toFixed(2)} times what it costs offline; ${rates.reduce((sum, { failed }) => sum + failed, 0)} failures`,
      target: "95 %",
      holds: ratio >= 0.95,
    },
    {
      name: "S3 event loop",
      figure: `lag p99 ${median(lag).toFixed(0)} ms, largest ${Math.max(...worst).toFixed(0)} ms`,
      target: "50 ms, 200 ms",
      holds: median(lag) <= 50 && Math.max(...worst) <= 200,
    },
    {
      name: "S4 /health",
      figure: `p99 ${p99.toFixed(0)} ms of ${health.length} probes under saturation, ${failures} failures`,
      target: "100 ms, none",
      holds: p99 <= 100 && failures === 0,
    },
  ];
}

export async function overhead({ model, documents, count }) {
  const server = await Server.start(model);
  const extra = [];
  for (let i = 0; i < count + 20; i++) {
    const { ms, headers } = await send(`${server.url}/v1/relations`, { documents: [documents[i % documents.length]] });
    // The first requests warm the connection and the compiler.
    if (i >= 20) extra.push(ms - Number(headers["x-inference-time"]));
  }
  await server.stop();
  const [p50, p99] = [quantile(extra, 0.5), quantile(extra, 0.99)];
  return [
    {
      name: "S2 overhead",
      figure: `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms above the time of the model, ${count} requests one after the other`,
      target: "5 ms, 20 ms",
      holds: p50 <= 5 && p99 <= 20,
    },
  ];
}
