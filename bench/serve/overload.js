// S5, S8: ten times the capacity, deadlines, and clients that leave.
import { closedLoop, countBy, openLoop, quantile, send } from "./load.js";
import { Server, until } from "./server.js";

const mostRequests = 1000;

export async function overload({ model, documents, seconds }) {
  const probing = await Server.start(model);
  const requests = (size) => (i) =>
    Array.from({ length: size }, (_, j) => documents[(i * size + j) % documents.length]);
  const ask = (server, size) => (i) => send(`${server.url}/v1/relations`, { documents: requests(size)(i) });
  await closedLoop(32, 3, ask(probing, 1));
  const texts = await closedLoop(32, seconds, ask(probing, 1));
  // One client sends at most a thousand requests a second: of a fast model they have several texts each.
  const size = Math.max(1, Math.ceil((10 * texts.answers.length) / texts.seconds / mostRequests));
  const before = await probing.metric("relata_tokens_total");
  const alone = await closedLoop(32, seconds, ask(probing, size));
  const capacity = alone.answers.length / alone.seconds;
  const tokens = ((await probing.metric("relata_tokens_total")) - before) / alone.answers.length;
  await probing.stop();
  // Seconds that the queue holds, and those of a batch, which is computed while the queue is full.
  const [budget, batch] = [2, 0.5];
  const maxQueue = Math.round(capacity * tokens * budget);
  const server = await Server.start(model, ["--max-queue", String(maxQueue)]);
  await closedLoop(32, 3, ask(server, size));
  const atStart = server.memory();
  // The first overload brings the heap to the size that it then keeps.
  await openLoop(10 * capacity, seconds, ask(server, size));
  const warm = server.memory();
  const { answers, seconds: took } = await openLoop(10 * capacity, seconds, ask(server, size));
  const growth = server.memory() / warm - 1;
  await server.stop();
  const of = (status) => answers.filter((one) => one.status === status);
  const refused = quantile(
    of(429).map(({ ms }) => ms),
    0.99,
  );
  const accepted = quantile(
    of(200).map(({ ms }) => ms),
    0.99,
  );
  const goodput = of(200).length / took / capacity;
  const [first, second] = [warm / atStart - 1, growth].map((part) => `${(100 * part).toFixed(0)} %`);
  const noHeader = of(429).filter(({ headers }) => headers["retry-after"] === undefined).length;
  return [
    {
      name: "S5 overload, 10 times",
      figure: `requests of ${size} text${size > 1 ? "s" : ""}: 429 p99 ${refused.toFixed(0)} ms, accepted p99 ${accepted.toFixed(0)} ms with a queue of ${budget} s and a batch of ${batch} s, ${(100 * goodput).toFixed(0)} % of the capacity of ${capacity.toFixed(0)}/s answered, memory ${second} more in the second ${seconds} s of overload (${first} in the first, to ${warm.toFixed(0)} MB); ${JSON.stringify(countBy(answers.map(({ code, status }) => code ?? status)))}, ${noHeader} without Retry-After`,
      target: "100 ms, within queue and batch, 90 %, 10 %",
      holds: refused <= 100 && accepted <= (budget + batch) * 1000 && goodput >= 0.9 && growth <= 0.1,
    },
  ];
}

export async function deadlines({ model, documents }) {
  const server = await Server.start(model, ["--deadline", "600", "--max-queue", "5000000"]);
  const url = `${server.url}/v1/relations`;
  const all = documents.slice(0, 64);
  const busy = Array.from({ length: 20 }, () => send(url, { documents: all }));
  const waiting = () => server.metric("relata_queue_documents");
  const large = 19 * all.length;
  await until(async () => (await waiting()) >= large - all.length, "the large requests");
  const few = { documents: [documents[0]] };
  const late = Array.from({ length: 50 }, () => send(url, few, { headers: { "x-timeout-ms": "200" } }));
  const leaving = Array.from({ length: 50 }, () => send(url, few, { patience: 200 }));
  const gone = (await Promise.all(late)).filter(({ status }) => status === 504);
  const left = (await Promise.all(leaving)).filter(({ status }) => status === 0);
  const answers = await Promise.all(busy);
  const answered = answers.filter(({ status }) => status === 200).length * all.length;
  // Behind the large ones, so that it ends after all that waited at that time.
  await send(url, few);
  const computed = await server.metric("relata_batch_documents_sum");
  await server.stop();
  const slowest = Math.max(...gone.map(({ ms }) => ms));
  const extra = computed - answered - 1;
  return [
    {
      name: "S8 deadlines",
      figure: `behind 20 requests of ${all.length} texts, ${gone.length} of 50 requests with 200 ms got 504, the slowest after ${slowest.toFixed(0)} ms, and ${left.length} of 50 clients left after 200 ms; of ${computed} texts computed ${extra} were answered to nobody`,
      target: "504 within the deadline and a batch, none computed",
      holds: extra === 0 && gone.length === 50 && left.length === 50,
    },
  ];
}
