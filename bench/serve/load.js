import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** Sends one request; its status (0 if the connection failed), its headers, its body, and milliseconds. With patience, the client leaves after so many. */
export function send(url, body, { method = body === undefined ? "GET" : "POST", headers = {}, patience } = {}) {
  const began = performance.now();
  const payload = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
  return new Promise((resolve) => {
    const length =
      payload === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) };
    const sent = request(url, { method, agent, headers: { ...length, ...headers } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => (text += part));
      const end = (complete) =>
        resolve({
          status: complete ? response.statusCode : 0,
          code: complete ? undefined : "cut",
          headers: response.headers,
          text,
          ms: performance.now() - began,
        });
      response.on("end", () => end(response.complete));
      response.on("error", () => end(false));
    });
    sent.on("error", (error) =>
      resolve({
        status: 0,
        code: error.code,
        reused: sent.reusedSocket,
        headers: {},
        text: "",
        ms: performance.now() - began,
      }),
    );
    sent.end(payload);
    if (patience !== undefined) setTimeout(() => sent.destroy(new Error("left")), patience);
  });
}

/** The value below which a share of the values lies. */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** So many clients, each sending its next request after the answer to the one before. */
export async function closedLoop(clients, seconds, next) {
  const end = performance.now() + seconds * 1000;
  const answers = [];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let i = client; performance.now() < end; i += clients) answers.push(await next(i));
    }),
  );
  return { answers, seconds: (performance.now() - began) / 1000 };
}

/** Requests at a constant rate, whether or not there are answers. */
export async function openLoop(rate, seconds, next) {
  const began = performance.now();
  const waiting = [];
  for (let i = 0; ; i++) {
    const due = began + (i / rate) * 1000;
    if (due > began + seconds * 1000) break;
    const wait = due - performance.now();
    if (wait > 1) await pause(wait);
    waiting.push(next(i));
  }
  return { answers: await Promise.all(waiting), seconds: (performance.now() - began) / 1000 };
}

/** Asks every so many milliseconds until stopped; the times in milliseconds, and the statuses. */
export function probe(url, every) {
  const answers = [];
  const end = new AbortController();
  const done = (async () => {
    while (!end.signal.aborted) {
      const answer = await send(url);
      answers.push(answer);
      await pause(Math.max(0, every - answer.ms));
    }
  })();
  return async () => {
    end.abort();
    await done;
    return answers;
  };
}
export const countBy = (values) => {
  const counts = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};
