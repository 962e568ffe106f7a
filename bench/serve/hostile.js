// S9, S10: requests of any shape, bytes that are no HTTP, slow and idle clients.
import * as fc from "fast-check";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { closedLoop, countBy, quantile, send } from "./load.js";
import { Server } from "./server.js";

const declared = new Set([200, 204, 400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 422, 429, 431, 503, 504]);

const position = fc.oneof(fc.nat(12), fc.integer(), fc.double());
const anyEntity = fc.oneof(
  fc.record({ start: position, end: position, type: fc.string() }, { requiredKeys: [] }),
  fc.tuple(position, position),
  fc.record({ text: fc.string() }),
  fc.jsonValue(),
);
const anyText = fc.oneof(fc.constant("Ada met Bob."), fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
const anyDocument = fc.record(
  { id: fc.string(), text: anyText, entities: fc.array(anyEntity), pairs: fc.array(fc.tuple(position, position)) },
  { requiredKeys: ["text"] },
);
const bodies = {
  "/v1/relations": fc.oneof(
    fc.record(
      { documents: fc.oneof(fc.array(anyDocument), fc.jsonValue()), topK: fc.integer() },
      { requiredKeys: ["documents"] },
    ),
    fc.jsonValue(),
  ),
  "/v2/models/mine/infer": fc.oneof(
    fc.record({
      inputs: fc.array(
        fc.record({
          name: fc.constantFrom("text", "entities", "pairs", "__proto__"),
          shape: fc.array(fc.nat(3), { maxLength: 2 }),
          datatype: fc.constantFrom("BYTES", "FP32"),
          data: fc.array(fc.oneof(fc.string(), fc.json(), fc.jsonValue()), { maxLength: 3 }),
        }),
        { maxLength: 3 },
      ),
    }),
    fc.jsonValue(),
  ),
  "/label-studio/predict": fc.oneof(
    fc.record({
      tasks: fc.array(
        fc.oneof(
          fc.record({ data: fc.record({ text: anyText }), annotations: fc.jsonValue(), id: fc.jsonValue() }),
          fc.jsonValue(),
        ),
      ),
      label_config: fc.oneof(fc.constant('<View><Text name="text" value="$text"/></View>'), fc.string()),
    }),
    fc.jsonValue(),
  ),
  "/label-studio/webhook": fc.oneof(
    fc.record({
      action: fc.oneof(fc.constantFrom("START_TRAINING", "ANNOTATION_CREATED"), fc.string()),
      project: fc.jsonValue(),
    }),
    fc.jsonValue(),
  ),
  "/label-studio/setup": fc.oneof(fc.record({ project: fc.jsonValue(), hostname: fc.string() }), fc.jsonValue()),
  "/inception/mine/predict": fc.oneof(
    fc.record({
      typeSystem: fc.string(),
      document: fc.record({ xmi: fc.string() }),
      metadata: fc.record({ layer: fc.string(), feature: fc.string() }),
    }),
    fc.jsonValue(),
  ),
};

const anyBytes = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("GET", "POST", "PUT", "HEAD", "TRACE", "CONNECT", "PRI", "get", ""),
      fc.oneof(
        fc.constantFrom("/", "/health", "//", "/%2e%2e/", "/v1/relations", "*", "http://localhost/", "/\0"),
        fc.webPath(),
      ),
      fc.constantFrom("HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", ""),
      fc.array(
        fc.constantFrom(
          "Host: localhost",
          "Host: evil.example",
          "Content-Length: 5",
          "Content-Length: 1",
          "Content-Length: -1",
          "Transfer-Encoding: chunked",
          "Expect: 100-continue",
          "Upgrade: h2c",
          "Connection: upgrade",
          " folded",
          "X: \u0001",
          "Content-Type: application/json",
        ),
        { maxLength: 5 },
      ),
      fc.constantFrom("\r\n", "\n"),
      fc.oneof(fc.constant("{}"), fc.constant("5\r\nhello\r\n0\r\n\r\n"), fc.constant("ffffffffff\r\n"), fc.string()),
    )
    .map(([method, path, version, headers, line, body]) =>
      [`${method} ${path} ${version}`, ...headers, "", body].join(line),
    ),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

const raw = (port, bytes) =>
  new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
    socket.setEncoding("latin1").on("data", (part) => (answer += part));
    socket.on("close", () => resolve(answer));
    socket.on("error", () => {});
    socket.setTimeout(3000, () => socket.destroy());
  });

export async function fuzz({ model, requests }) {
  const server = await Server.start(model, ["--max-body", "100000"]);
  const statuses = [];
  const strange = [];
  const paths = Object.keys(bodies);
  const perPath = Math.ceil((requests * 0.7) / paths.length);
  for (const path of paths) {
    const samples = fc.sample(bodies[path], { numRuns: Math.min(perPath, 5000), seed: 7 });
    // Sampling takes longer than the server keeps idle connections: the client must notice which ones it closed.
    await pause(100);
    for (let i = 0; i < perPath; i += 16)
      await Promise.all(
        Array.from({ length: 16 }, async (_, j) => {
          const body = JSON.stringify(samples[(i + j) % samples.length]);
          const { status, code } = await send(
            server.url + path,
            i + j < samples.length ? body : body.slice(0, (i * 7 + j) % body.length),
          );
          statuses.push(status);
          if (!declared.has(status)) strange.push(`${path} ${status} ${code} ${body.slice(0, 200)}`);
        }),
      );
  }
  const pieces = Math.floor(requests * 0.3);
  const samples = fc.sample(anyBytes, { numRuns: Math.min(pieces, 5000), seed: 11 });
  let silent = 0;
  for (let i = 0; i < pieces; i += 32)
    await Promise.all(
      Array.from({ length: 32 }, async (_, j) => {
        const answer = await raw(server.port, samples[(i + j) % samples.length]);
        const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
        if (status === 0) silent++;
        else statuses.push(status);
        if (status !== 0 && !declared.has(status)) strange.push(answer.slice(0, 200));
      }),
    );
  const alive = (await send(`${server.url}/health`)).status === 200;
  const restarts = await server.metric("relata_engine_failures_total");
  const bugs = server.said.split("\n").filter((line) => line.includes("a bug"));
  const code = await server.stop();
  return [
    {
      name: "S9 fuzz",
      figure: `${statuses.length + silent} requests, ${pieces} of them raw bytes (${silent} closed without an answer): ${JSON.stringify(countBy(statuses))}; ${strange.length} undeclared statuses, ${bugs.length} bugs, ${restarts} ends of the model's process, ${alive ? "alive" : "DEAD"}, exit code ${code}`,
      target: "no crash, nothing undeclared",
      holds: strange.length + bugs.length + restarts === 0 && alive && code === 0,
      more: [...strange, ...bugs].slice(0, 5),
    },
  ];
}

export async function slowClients({ model, documents, seconds }) {
  const server = await Server.start(model);
  const ask = (i) => send(`${server.url}/v1/relations`, { documents: [documents[i % documents.length]] });
  await closedLoop(4, 2, ask);
  const p99 = async () => {
    const { answers } = await closedLoop(4, seconds, ask);
    return [
      quantile(
        answers.map(({ ms }) => ms),
        0.99,
      ),
      answers.filter(({ status }) => status !== 200).length,
    ];
  };
  const [alone] = await p99();
  const sockets = [];
  const open = (first) => {
    const socket = connect(server.port, "127.0.0.1");
    socket.on("error", () => {});
    if (first) socket.write(first);
    sockets.push(socket);
    return socket;
  };
  const head = "POST /v1/relations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  const trickles = [];
  for (let i = 0; i < 500; i++) {
    // Of each kind a quarter: headers that do not end, bodies that trickle, answers that are not read, nothing at all.
    if (i % 4 === 0) trickles.push(open("GET /health HTTP/1.1\r\n"));
    else if (i % 4 === 1) trickles.push(open(`${head}Content-Length: 90000\r\n\r\n{`));
    else if (i % 4 === 2) open("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(3)).pause();
    else open();
  }
  const timer = setInterval(
    () => trickles.forEach((socket, i) => !socket.destroyed && socket.write(i % 2 ? " " : "X: y\r\n")),
    1000,
  );
  await pause(500);
  const [beside, failed] = await p99();
  await pause(Math.max(0, 36_000 - seconds * 1000));
  const closed = trickles.filter(({ destroyed }) => destroyed).length;
  clearInterval(timer);
  for (const socket of sockets) socket.destroy();
  const code = await server.stop();
  return [
    {
      name: "S10 slow clients",
      figure: `p99 of four good clients ${alone.toFixed(0)} ms alone, ${beside.toFixed(0)} ms beside 500 slow, silent and idle sockets, ${failed} failures; ${closed} of ${trickles.length} that trickle were closed within 36 s; exit code ${code}`,
      target: "twice, none",
      holds: beside <= 2 * alone && failed === 0 && closed === trickles.length,
    },
  ];
}
