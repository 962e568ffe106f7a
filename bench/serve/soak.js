// S11: memory over minutes of load.
import { setTimeout as pause } from "node:timers/promises";
import { closedLoop, countBy, send } from "./load.js";
import { Server } from "./server.js";

/** The slope of the line through points, by least squares. */
function slope(points) {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  return (
    points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0)
  );
}

export async function soak({ model, documents, minutes }) {
  const server = await Server.start(model);
  const ask = (i) => send(`${server.url}/v1/relations`, { documents: [documents[i % documents.length]] });
  await closedLoop(8, Math.min(60, minutes * 12), ask);
  const points = [];
  const children = [];
  const failed = [];
  let count = 0;
  const began = performance.now();
  while (performance.now() - began < minutes * 60_000) {
    // The client must notice connections that the server has closed while it looked at the processes.
    await pause(50);
    const { answers } = await closedLoop(8, 10, ask);
    count += answers.length;
    failed.push(...answers.filter(({ status }) => status !== 200));
    const hours = (performance.now() - began) / 3_600_000;
    points.push([hours, server.memory()]);
    children.push([hours, server.memory(server.child)]);
  }
  const handles = await server.metric("nodejs_active_handles_total");
  await server.stop();
  const last = ([, megabytes]) => megabytes.toFixed(0);
  return [
    {
      name: "S11 soak",
      figure: `${minutes} min, ${count} requests, ${failed.length} failures ${JSON.stringify(countBy(failed.map(({ code, status }) => code ?? status)))}: memory of the server ${last(points[0])} → ${last(points.at(-1))} MB (${slope(points).toFixed(1)} MB/h), of the model ${last(children[0])} → ${last(children.at(-1))} MB (${slope(children).toFixed(1)} MB/h); ${handles} handles at the end`,
      target: "1 MB/h after warm-up",
      holds: failed.length === 0 && slope(points) <= 1 && slope(children) <= 1,
    },
  ];
}
