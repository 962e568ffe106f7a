// The API as clients see it: every answer is one that /openapi.json describes, and each status means one thing.
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RelataClient } from "../../src/client/client.ts";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { labels, modelFolder } from "../support/tiny-models.ts";
import { type Answer, document, endServers, TestServer, text } from "../support/server.ts";

let folder: string;
let server: TestServer;
let guarded: TestServer;
const token = { authorization: "Bearer secret" };
const admin = { authorization: "Bearer admin" };

afterAll(endServers);
beforeAll(async () => {
  folder = await modelFolder(pairHead);
  server = await TestServer.start([`first=${folder}`], { maxDocs: 5, maxSpans: 4, maxChars: 200, maxBody: 5000 });
  guarded = await TestServer.start([`a=${folder}`, `b=${folder}`], {
    token: "secret",
    adminToken: "admin",
    corsOrigin: "https://a.example",
  });
});

const errorOf = ({ body }: Answer): string => (body as { error: string }).error;
interface Relations {
  model: string;
  version: string;
  documents: {
    id?: string;
    relations: { label: string; probability: number; probabilities?: Record<string, number> }[];
  }[];
}
const answersOf = async (request: unknown): Promise<Relations["documents"]> => {
  const answer = await server.relations(request);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return (answer.body as Relations).documents;
};

describe("POST /v1/relations", () => {
  test("labels every ordered pair, or those asked for", async () => {
    const documents = await answersOf({
      documents: [
        { id: "one", ...document },
        { ...document, pairs: [[1, 0]] },
        { text, entities: [] },
      ],
    });
    expect(documents.map(({ id, relations }) => [id, relations.length])).toEqual([
      ["one", 2],
      [undefined, 1],
      [undefined, 0],
    ]);
  });

  test("spans may be lists, or words that stand in the text once", async () => {
    const [first, second] = await answersOf({
      documents: [
        {
          text,
          entities: [
            [0, 3],
            [8, 11, "PERSON"],
          ],
        },
        { text, entities: [{ text: "Ada" }, { text: "Bob" }] },
      ],
    });
    expect(second!.relations).toEqual(first!.relations);
  });

  test("options are those of the request: threshold, topK, relationsOnly, probabilities", async () => {
    const [all] = await answersOf({ documents: [document], probabilities: true });
    const { probabilities } = all!.relations[0]!;
    expect(Object.keys(probabilities!)).toEqual(labels);
    expect(Object.values(probabilities!).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    const [bare] = await answersOf({ documents: [document] });
    expect(bare!.relations[0]!.probabilities).toBeUndefined();
    const best = Math.max(...all!.relations.map(({ probability }) => probability));
    const [top] = await answersOf({ documents: [document], topK: 1 });
    expect(top!.relations.map(({ probability }) => probability)).toEqual([best]);
    const [none] = await answersOf({ documents: [document], threshold: 1 });
    expect(none!.relations).toEqual([]);
    const [related] = await answersOf({ documents: [document], relationsOnly: true });
    expect(related!.relations.length).toBe(all!.relations.filter(({ label }) => label !== "NO_REL").length);
  });

  test("a batch changes no answer, and each request keeps its own options", async () => {
    const texts = ["Ada met Bob.", "Bob saw Ada in Rome today", "Eve, Bob"].map((one) => ({
      text: one,
      entities: [...one.matchAll(/[A-Z]\w+/g)].map(({ index, 0: name }) => [index, index + name.length]),
    }));
    const single = [];
    for (const one of texts) single.push((await answersOf({ documents: [one], probabilities: true }))[0]!);
    const mixes = Array.from({ length: 40 }, (_, i) => [texts[i % 3]!, texts[(i * 7 + 1) % 3]!]);
    const answers = await Promise.all(
      mixes.map((documents, i) =>
        answersOf({ documents, probabilities: i % 2 === 0, ...(i % 5 === 0 ? { topK: 1 } : {}) }),
      ),
    );
    for (const [i, answer] of answers.entries()) {
      for (const [j, { relations }] of answer.entries()) {
        const alone = single[texts.indexOf(mixes[i]![j]!)]!.relations;
        expect(relations.length).toBe(i % 5 === 0 ? 1 : alone.length);
        for (const relation of relations) expect("probabilities" in relation).toBe(i % 2 === 0);
        if (i % 5 === 0) continue;
        for (const [k, { label, probability }] of relations.entries()) {
          expect(label).toBe(alone[k]!.label);
          expect(Math.abs(probability - alone[k]!.probability)).toBeLessThan(1e-4);
        }
      }
    }
  });

  test.each<[number, string, unknown, Record<string, string>?]>([
    [400, "not JSON", "{"],
    [400, "not UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
    [400, "x-timeout-ms", { documents: [document] }, { "x-timeout-ms": "soon" }],
    [404, 'no model named "../first"', { model: "../first", documents: [document] }],
    [413, "larger than the 5000 bytes", { documents: [{ text: "a".repeat(6000) }] }],
    [413, "200", { documents: [{ text: "a".repeat(201), entities: [] }] }],
    [413, "5 spans", { documents: [{ text, entities: Array.from({ length: 5 }, () => [0, 3]) }] }],
    [413, "6 documents", { documents: Array.from({ length: 6 }, () => document) }],
    [415, "application/json", "{}", { "content-type": "text/plain" }],
    [415, "UTF-8", "{}", { "content-type": "application/json; charset=latin1" }],
    [415, "content-encoding", "{}", { "content-encoding": "gzip" }],
    [422, "documents", {}],
    [422, "documents", { documents: [] }],
    [422, "documents[0].entities is missing: this model labels spans", { documents: [{ text }] }],
    [422, "documents[0]", { documents: [{ text, entities: [[0, 400]] }] }],
    [422, "documents[1]", { documents: [document, { ...document, pairs: [[0, 7]] }] }],
    [422, 'The body has no field "colour": leave it out', { documents: [document], colour: "red" }],
    [422, "threshold", { documents: [document], threshold: 2 }],
  ])("%i: %s", async (status, message, body, headers = {}) => {
    const answer = await server.relations(body, headers);
    expect([answer.status, errorOf(answer)]).toEqual([status, expect.stringContaining(message)]);
  });

  test("a body without announced length is cut at the limit", async () => {
    const body = new Blob(["[" + "1,".repeat(5000)]).stream();
    const request = { method: "POST", body, duplex: "half", headers: { "content-type": "application/json" } };
    const { status } = await fetch(`${server.server.url}/v1/relations`, request as RequestInit);
    expect(status).toBe(413);
  });
});

describe("around the routes", () => {
  test("health, info, metrics, the description and its page are there", async () => {
    expect((await server.send("GET", "/health")).body).toEqual({ status: "ok" });
    expect((await server.send("GET", "/info")).body).toMatchObject({
      models: [{ name: "first", kind: "pair", labels }],
    });
    expect((await server.send("GET", "/metrics")).body).toMatch(/relata_requests_total\{.*route="\/v1\/relations"/);
    const page = (await server.send("GET", "/docs")).body as string;
    expect(page).toContain("POST /v1/relations");
    expect(page).not.toMatch(/(?:src|href)="(?!\/openapi)/);
  });

  test("unknown paths are 404 and other methods 405, in JSON", async () => {
    const missing = await server.send("GET", "/nothing%2e%2e/here");
    expect([missing.status, errorOf(missing)]).toEqual([404, expect.stringContaining("openapi.json")]);
    const { status, headers } = await server.send("DELETE", "/v1/relations");
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("a token is asked for where it is needed, and the admin token for reloads", async () => {
    const body = { model: "a", documents: [document] };
    for (const headers of [{}, { authorization: "Bearer " + "x".repeat(5000) }, { authorization: "Basic secret" }]) {
      const { status, headers: given } = await guarded.relations(body, headers);
      expect([status, given.get("www-authenticate")]).toEqual([401, "Bearer"]);
    }
    expect((await guarded.relations(body, token)).status).toBe(200);
    expect((await guarded.send("GET", "/health")).status).toBe(200);
    const nameless = await guarded.relations({ documents: [document] }, token);
    expect([nameless.status, errorOf(nameless)]).toEqual([422, expect.stringContaining("a, b")]);
    const reload = "/v1/models/a/reload";
    expect((await guarded.send("POST", reload, undefined, token)).status).toBe(401);
    expect((await server.send("POST", "/v1/models/first/reload")).status).toBe(403);
    expect((await guarded.send("POST", "/v1/models/none/reload", undefined, admin)).status).toBe(404);
  });

  test("a page of another origin gets no permission unless it was named", async () => {
    const preflight = (origin: string): Promise<Answer> =>
      guarded.send("OPTIONS", "/v1/relations", undefined, { origin, "access-control-request-method": "POST" });
    const named = await preflight("https://a.example");
    expect([named.status, named.headers.get("access-control-allow-origin")]).toEqual([204, "https://a.example"]);
    const foreign = await preflight("https://b.example");
    expect([foreign.status, foreign.headers.get("access-control-allow-origin")]).toEqual([405, null]);
  });

  /** Sends bytes; returns the answer once it is the expected one, or the server has closed the connection. */
  const raw = (bytes: string, expected: RegExp): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(server.server.url).port), "127.0.0.1", () => socket.write(bytes));
      let answer = "";
      socket.setEncoding("utf8").on("data", (part: string) => {
        answer += part;
        if (expected.test(answer)) socket.end();
      });
      socket.on("close", () => resolve(answer));
      socket.on("error", () => resolve(answer));
    });

  test.each<[string, string, RegExp]>([
    ["a Host of another site", "GET /info HTTP/1.1\r\nHost: evil.example\r\n\r\n", / 403 /],
    ["no Host", "GET /info HTTP/1.1\r\n\r\n", / 400 /],
    ["garbage", "nonsense\r\n\r\n", / 400 /],
    ["a header of 20 KB", `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, / 431 /],
    ["TRACE", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", / 405 /],
    ["an absolute path", "GET http://localhost/health HTTP/1.1\r\nHost: localhost\r\n\r\n", / 400 /],
    [
      "both lengths",
      "POST /v1/relations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      / 400 /,
    ],
    ["HEAD", "HEAD /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", / 200 [^]*\r\n\r\n$/],
    ["pipelined requests", "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2), / 200 [^]* 200 /],
  ])("%s", async (_, bytes, expected) => {
    expect(await raw(bytes, expected)).toMatch(expected);
    expect((await server.send("GET", "/health")).status).toBe(200);
  });

  test("the client asks what /openapi.json describes", async () => {
    const client = new RelataClient(guarded.server.url, { token: "admin", retries: 0, fetch: guarded.fetch });
    const { documents } = await client.relations({ model: "a", documents: [{ id: "x", ...document }], topK: 1 });
    expect([documents[0]!.id, documents[0]!.relations.length]).toEqual(["x", 1]);
    expect((await client.info()).models.map(({ name }) => name)).toEqual(["a", "b"]);
    const why = await client.explain({ model: "b", document, head: 0, tail: 1, label: "WHO_DO" });
    expect(why).toMatchObject({ model: "b", head: 0, tail: 1, label: "WHO_DO", against: "NO_REL" });
    expect(why.words.map((word) => word.text)).toEqual(["Ada", "met", "Bob", "."]);
    expect(await client.isReady()).toBe(true);
    expect(await client.reload("b")).toEqual({ name: "b", version: "2" });
    await expect(client.reload("none")).rejects.toMatchObject({ status: 404, type: "not_found" });
  });

  test.each<[string, object, number, RegExp]>([
    ["a label that the model lacks", { document, head: 0, tail: 1, label: "nobody" }, 422, /Cannot explain "nobody"/],
    ["an entity that is not there", { document, head: 0, tail: 2 }, 422, /names an entity that is not there/],
    ["no entities", { document: { text }, head: 0, tail: 1 }, 422, /document\.entities is missing/],
    ["too long a text", { document: { text: "a".repeat(201), entities: [] }, head: 0, tail: 1 }, 413, /201 characters/],
    ["another model", { model: "none", document, head: 0, tail: 1 }, 404, /no model named "none"\. It has /],
  ])("POST /v1/explanations refuses %s", async (_, body, status, message) => {
    const answer = await server.send("POST", "/v1/explanations", body);
    expect([answer.status, errorOf(answer)]).toEqual([status, expect.stringMatching(message)]);
  });

  test("a model of int8 explains nothing, and says so beforehand", async () => {
    const int8 = await TestServer.start([`small=${folder}`], { dtype: "int8" });
    expect((await int8.send("GET", "/info")).body).toMatchObject({ models: [{ explains: false }] });
    const answer = await int8.send("POST", "/v1/explanations", { document, head: 0, tail: 1 });
    expect([answer.status, errorOf(answer)]).toEqual([422, expect.stringMatching(/explains nothing/)]);
  });

  test("none of all this was a bug", () => {
    expect([...server.log, ...guarded.log].filter((line) => line.startsWith("a bug"))).toEqual([]);
  });
});
