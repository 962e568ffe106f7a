// S11: memory over minutes of load.
import { setTimeout as pause } from "node:timers/promises";
import { closedLoop, countBy, openLoop, send } from "./load.js";
import { Server } from "./server.js";

const megabytesAnHour = 1;

/** The slope of the line through points, by least squares, with twice its standard error. */
function slope(points) {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const spread = points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
  const value = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / spread;
  const rest = points.reduce((sum, [a, b]) => sum + (b - y - value * (a - x)) ** 2, 0);
  return { value, error: 2 * Math.sqrt(rest / (points.length - 2) / spread) };
}

/** A slope that cannot be told from the allowed one, on points that could tell five times as much. */
const isFlat = ({ value, error }) =>
  value <= megabytesAnHour || (value - error <= megabytesAnHour && error <= 5 * megabytesAnHour);

/** The least memory of each of thirty parts of the time: a heap rises and falls with its collections, and what is lost stays at its lowest. */
function lowest(points) {
  const parts = new Map();
  const end = points.at(-1)[0];
  for (const [hours, megabytes] of points) {
    const part = Math.ceil((30 * hours) / end);
    const least = parts.get(part);
    if (!least || megabytes < least[1]) parts.set(part, [hours, megabytes]);
  }
  return [...parts.values()];
}

export async function soak({ model, documents, minutes, rate }) {
  const server = await Server.start(model);
  const ask = (i) => send(`${server.url}/v1/relations`, { documents: [documents[i % documents.length]] });
  // The heap grows to the size that it keeps within some ten thousand requests.
  await closedLoop(8, Math.min(180, minutes * 15), ask);
  const round = () => (rate > 0 ? openLoop(rate, 10, ask) : closedLoop(8, 10, ask));
  const points = [];
  const children = [];
  const failed = [];
  let count = 0;
  const began = performance.now();
  while (performance.now() - began < minutes * 60_000) {
    // The client must notice connections that the server has closed while it looked at the processes.
    await pause(50);
    const { answers } = await round();
    count += answers.length;
    failed.push(...answers.filter(({ status }) => status !== 200));
    const hours = (performance.now() - began) / 3_600_000;
    points.push([hours, server.ownMemory()]);
    children.push([hours, server.ownMemory(server.child)]);
  }
  const handles = await server.metric("nodejs_active_handles_total");
  await server.stop();
  const grown = [points, children].map((of) => slope(lowest(of)));
  const said = (of, { value, error }) =>
    `${of[0][1].toFixed(0)} → ${of.at(-1)[1].toFixed(0)} MB (${value.toFixed(1)} ± ${error.toFixed(1)} MB/h, least of each thirtieth of the time)`;
  return [
    {
      name: "S11 soak",
      figure: `${minutes} min${rate > 0 ? ` at ${rate} requests a second` : ""}, ${count} requests, ${failed.length} failures ${JSON.stringify(countBy(failed.map(({ code, status }) => code ?? status)))}: memory of the server without files ${said(points, grown[0])}, of the model ${said(children, grown[1])}; ${handles} handles at the end`,
      target: `${megabytesAnHour} MB/h after warm-up`,
      holds: failed.length === 0 && grown.every(isFlat),
    },
  ];
}
