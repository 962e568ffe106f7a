// The programs of examples/ beside those of the two questions: a service over HTTP, and a mail by dates that a library finds.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { quick, relata, Workplace } from "./support/run-cli.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const place = new Workplace();
const model = place.path("which-date");
const mail = "Née en 1961, je voudrais une attestation de paiement pour janvier 2023, avant vendredi.";

beforeAll(async () => {
  const config = "examples/which-date/config.json";
  const train = ["train", "examples/which-date/train.jsonl", "--config", config, ...quick, "--output", model];
  const { code, stderr } = await relata([...train, "--encoding", "document"], { cwd: root });
  if (code !== 0) throw new Error(stderr);
}, 300_000);

let server: ChildProcess | undefined;
afterAll(() => {
  server?.kill("SIGKILL");
  place.remove();
});

describe("http-service", () => {
  test("answers a mail, refuses what is none in a sentence, and ends when it is asked to", async () => {
    server = spawn(process.execPath, ["examples/http-service/server.js", model, "0"], { cwd: root });
    const [said] = (await once(server.stdout!, "data")) as [Buffer];
    const address = said.toString().trim();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/answers$/);
    const ask = async (body: string, to = address): Promise<[number, unknown]> => {
      const response = await fetch(to, { method: "POST", body });
      return [response.status, await response.json()];
    };
    const surfaces: [string, string][] = [
      ["voudrais", "ACTION"],
      ["attestation de paiement", "DOC"],
      ["1961", "DATE"],
      ["janvier 2023", "DATE"],
    ];
    const entities = surfaces.map(([text, type]) => ({ text, type }));
    const [status, body] = await ask(JSON.stringify({ text: mail, entities }));
    expect([status, Array.isArray((body as { answers: unknown }).answers)]).toEqual([200, true]);

    const refused = async (status: number, body: unknown, message: RegExp, to?: string): Promise<void> => {
      const sent = typeof body === "string" ? body : JSON.stringify(body);
      expect(await ask(sent, to)).toEqual([status, { error: expect.stringMatching(message) as string }]);
    };
    await refused(400, "{", /no JSON/);
    await refused(422, { text: 5 }, /expected a mail .* found number/);
    await refused(422, { text: mail, entities: [[0, 400]] }, /entity: span \[0, 400\) .* lies outside the text/);
    await refused(413, { text: "a".repeat(300_000) }, /one mail at a time/);
    await refused(404, {}, /POST \/answers/, address.replace("answers", "other"));

    server.kill("SIGTERM");
    const [code] = (await once(server, "exit")) as [number | null];
    expect(code).toBe(0);
  }, 60_000);
});

interface FoundDates {
  readonly spansOf: (text: string, written: Date) => { start: number; end: number; type: string; iso?: string }[];
}

describe("found-dates", () => {
  const written = new Date("2024-05-15T12:00:00");
  const found = async (text: string): Promise<string[]> => {
    const { spansOf } = (await import(/* @vite-ignore */ `${root}examples/found-dates/answer.js`)) as FoundDates;
    return spansOf(text, written).map(
      ({ start, end, type, iso }) => `${text.slice(start, end)} ${type}${iso === undefined ? "" : ` ${iso}`}`,
    );
  };

  test("dates and documents of a mail, each date as precise as its words", async () => {
    expect(await found(mail)).toEqual([
      "1961 DATE 1961",
      "attestation de paiement DOC",
      "janvier 2023 DATE 2023-01",
      "vendredi DATE 2024-05-17",
    ]);
    expect(await found("I was born on 12 May 1961; send the invoice of March 2024 today.")).toEqual([
      "on 12 May 1961 DATE 1961-05-12",
      "invoice DOC",
      "March 2024 DATE 2024-03",
      "today DATE 2024-05-15",
    ]);
    expect(await found("Bonjour, merci.")).toEqual([]);
  });

  test("an answer for each document of the mail", () => {
    const run = spawnSync(process.execPath, ["examples/found-dates/answer.js", model, mail], {
      cwd: root,
      encoding: "utf8",
    });
    expect([run.status, run.stderr]).toEqual([0, ""]);
    const answers = run.stdout.trimEnd().split("\n");
    expect(answers).toHaveLength(1);
    const keys = { document: "attestation de paiement", period: expect.anything(), words: expect.anything() };
    const answer = JSON.parse(answers[0]!) as { period: string | null };
    expect(answer).toMatchObject(answer.period === null ? { document: keys.document } : keys);
  });
});
