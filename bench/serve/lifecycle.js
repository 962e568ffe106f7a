// S7, S12 and crashes: SIGTERM, SIGKILL and reloads under load, the start, and the end of the model's process.
import { setTimeout as pause } from "node:timers/promises";
import { countBy, quantile, send } from "./load.js";
import { Server, until } from "./server.js";

const isRefused = ({ code }) => code === "ECONNREFUSED";

/** Clients that ask until they are stopped, or refused; all answers. Some keep their connection, as many as not. */
function load(server, documents, clients, keeps = () => true) {
  const answers = [];
  const end = new AbortController();
  const done = Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const headers = keeps(client) ? {} : { connection: "close" };
      for (let i = client; !end.signal.aborted; i += clients) {
        const answer = await send(
          `${server.url}/v1/relations`,
          { documents: [documents[i % documents.length]] },
          { headers },
        );
        answers.push(answer);
        if (isRefused(answer)) return;
      }
    }),
  );
  return async () => {
    end.abort();
    await done;
    return answers;
  };
}

export async function stops({ model, documents, repeats }) {
  const codes = [];
  const times = [];
  const failed = [];
  let [answered, lost, unread] = [0, 0, 0];
  for (let i = 0; i < repeats; i++) {
    const server = await Server.start(model);
    // A half keeps its connections, which the server must not close under a request; a half opens one for each request.
    const stop = load(server, documents, 8, (client) => client % 2 === 0);
    await pause(300 + 40 * (i % 10));
    const began = performance.now();
    codes.push(await server.stop());
    times.push((performance.now() - began) / 1000);
    const answers = await stop();
    const got = answers.filter(({ status }) => status === 200).length;
    answered += got;
    // The answers that the server itself has counted: an answer that no client got is lost, whatever the client was told.
    lost += Number(/Stopped: (\d+) requests were answered\.$/m.exec(server.said)?.[1] ?? NaN) - got;
    const others = answers.filter((one) => one.status !== 200 && !isRefused(one));
    // The system resets a new connection that the server has not accepted when it stops listening: no program sees it.
    const isUnread = ({ status, code, reused }) => status === 0 && code === "ECONNRESET" && !reused;
    unread += others.filter(isUnread).length;
    failed.push(...others.filter((one) => !isUnread(one)));
  }
  return [
    {
      name: "S7 SIGTERM under load",
      figure: `${repeats} times: ${answered} requests answered, ${lost} answers of the server lost, ${failed.length} requests failed ${JSON.stringify(countBy(failed.map(({ code, status }) => code ?? status)))}, ${unread} new connections reset before the server accepted them; exit codes ${JSON.stringify(countBy(codes))}, the slowest end after ${Math.max(...times).toFixed(1)} s`,
      target: "none lost, exit code 0, 31 s",
      holds: lost === 0 && failed.length === 0 && codes.every((code) => code === 0) && Math.max(...times) <= 31,
    },
  ];
}

export async function reloads({ model, documents, repeats }) {
  const server = await Server.start(model);
  const stop = load(server, documents, 8);
  const statuses = [];
  for (let i = 0; i < repeats; i++) {
    const headers = { authorization: "Bearer admin" };
    statuses.push((await send(`${server.url}/v1/models/mine/reload`, {}, { headers })).status);
  }
  const answers = await stop();
  const code = await server.stop();
  const failed = answers.filter(({ status }) => status !== 200);
  return [
    {
      name: "S7 reloads under load",
      figure: `${repeats} reloads ${JSON.stringify(countBy(statuses))}: ${answers.length} requests, ${failed.length} failed, the slowest took ${Math.max(...answers.map(({ ms }) => ms)).toFixed(0)} ms; exit code ${code}`,
      target: "none lost",
      holds: failed.length === 0 && statuses.every((status) => status === 200),
    },
  ];
}

export async function crashes({ model, documents, repeats }) {
  const server = await Server.start(model);
  const stop = load(server, documents, 16);
  const back = [];
  for (let i = 0; i < repeats; i++) {
    await pause(300);
    const child = await until(() => server.child, "a model");
    const began = performance.now();
    process.kill(child, "SIGKILL");
    await until(async () => (await send(`${server.url}/v2/health/ready`)).status === 503, "the loss");
    await until(async () => (await send(`${server.url}/v2/health/ready`)).status === 200, "the next process");
    back.push((performance.now() - began) / 1000);
  }
  const answers = await stop();
  const code = await server.stop();
  const lost = answers.filter(({ status }) => status === 503);
  const other = answers.filter(({ status }) => status !== 503 && status !== 200);
  return [
    {
      name: "crash of the model's process",
      figure: `kill -9 ${repeats} times under load: ${lost.length} requests got 503, ${other.length} failed otherwise, ${answers.length - lost.length - other.length} were answered; ready again after ${quantile(back, 0.5).toFixed(1)} s, at most ${Math.max(...back).toFixed(1)} s; the first start took ${server.ready.toFixed(1)} s; exit code ${code}`,
      target: "503 or an answer; ready within the time of a start",
      holds: other.length === 0 && quantile(back, 0.5) <= 2 * server.ready && code === 0,
    },
  ];
}

export async function restarts({ model, documents, repeats }) {
  const { openModel } = await import("../../dist/index.js");
  const opening = [];
  const ready = [];
  let early = 0;
  for (let i = 0; i < Math.min(5, repeats); i++) {
    const began = performance.now();
    const bare = await openModel(model, { threads: 1 });
    await bare.predict(documents[0]);
    opening.push((performance.now() - began) / 1000);
    await bare.close();
    const server = await Server.start(model);
    if ((await send(`${server.url}/v2/health/ready`)).status !== 200) early++;
    ready.push(server.ready);
    await server.stop();
  }
  return [
    {
      name: "S12 start",
      figure: `ready ${quantile(ready, 0.5).toFixed(2)} s after the start of the program, whose Node and model's process take ${quantile(opening, 0.5).toFixed(2)} s to open and ask the model in a running program`,
      target: "twice the time of opening the model",
      holds: quantile(ready, 0.5) <= 2 * quantile(opening, 0.5) && early === 0,
    },
  ];
}
