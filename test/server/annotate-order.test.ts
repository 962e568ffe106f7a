// The order in which the page asks for annotations: that of `relata data sample`, with the reason for each place.
import { afterAll, expect, test } from "vitest";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import { acts } from "../support/route-bodies.ts";
import { jsonLines, Workplace } from "../support/run-cli.ts";
import { endServers, TestServer } from "../support/server.ts";
import { modelFolder } from "../support/tiny-models.ts";

const place = new Workplace();
afterAll(async () => {
  await endServers();
  place.remove();
});

interface Listed {
  readonly number: number;
  readonly figures?: { readonly uncertainty: number; readonly suspicion: number; readonly rare?: string };
}

test("each document has one place and its reason; a finished one comes last, without", async () => {
  const names = ["Ada met Bob.", "Cid met Dan.", "Eve met Flo.", "Gus met Hal.", "Ian met Jo."];
  const documents = names.map((text, i) => ({
    id: `${i}`,
    text,
    entities: [
      [0, 3, "PERSON"],
      [8, text.length - 1, "PERSON"],
    ],
    relations: [],
  }));
  const server = await TestServer.start([`tiny=${await modelFolder(pairHead)}`], {
    annotate: place.file("mails.jsonl", jsonLines(documents)),
  });
  const list = async (order: string): Promise<{ readonly proposed: number; readonly documents: readonly Listed[] }> =>
    (await server.send("GET", `/annotate/project?annotator=ada&order=${order}`)).body as never;
  await expect.poll(async () => (await list("useful")).proposed, { timeout: 20_000 }).toBe(names.length);

  const { documents: useful } = await list("useful");
  expect(useful.map(({ number }) => number).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
  // Three places in ten go to labels of which few are annotated: of five places the fourth.
  expect(useful.map(({ figures }) => figures!.rare !== undefined)).toEqual([false, false, false, true, false]);
  for (const { figures } of useful) expect(figures!.uncertainty).toBeGreaterThan(0);

  const [first] = useful;
  const finish = { ...acts, annotator: "ada", acts: [{ kind: "set-status", status: "done" }] };
  const sent = await server.send("POST", `/annotate/documents/${first!.number}/acts`, finish);
  expect(sent.status, JSON.stringify(sent.body)).toBe(200);
  const { documents: after } = await list("useful");
  expect(after.at(-1)).toMatchObject({ number: first!.number });
  expect(after.at(-1)!.figures).toBeUndefined();
  expect((await list("file")).documents.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
});
