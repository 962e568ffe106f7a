// Most tests of the command line run in a process that has loaded the program before (support/commands). Here each kind of
// command runs once in a process of its own as well: exit code, both outputs and written files must be the same.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digestsOf, quick, relata, relataProcess, trainModel, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
place.examples("annotations.jsonlines", 6);
beforeAll(() => trainModel(place.path("annotations.jsonlines"), place.path("model")));
afterAll(() => place.remove());

const letter = '{"text": "Ana met Bob.", "entities": [[0, 3], [8, 11]]}\n';
const torn = '{"text": "Ana"\n';
const data = "annotations.jsonlines";

/** The outputs without what differs from run to run: times, and the folder that a run of the two writes to. */
const lasting = ({ code, endedBy, stdout, stderr }: CliResult): object => ({
  code,
  endedBy,
  outputs: [stdout, stderr].map((text) =>
    text
      .replaceAll(/\d+(?:\.\d+)? ?(?:ms|s|min)\b|\d+(?:\.\d+)? \w+\/s/g, "TIME")
      .replaceAll(/(?:own|host)-out/g, "OUT"),
  ),
});

test.each([
  ["predict on standard input", ["predict", "model", "-", "--threads", "1"], 0, letter],
  ["predict, standard input that is no record", ["predict", "model", "-", "--threads", "1"], 65, torn],
  ["predict on a file", ["predict", "model", data, "--threads", "1", "--relations-only"], 0],
  ["predict --text", ["predict", "model", "--text", "Ana met Bob.", "--span", "0:3", "--span", "8:11"], 0],
  ["evaluate", ["evaluate", "model", data, "--threads", "1"], 0],
  ["data check", ["data", "check", data, "--strict"], 0],
  ["data convert", ["data", "convert", data, "-", "--to", "relata"], 0],
  ["data convert, an input that is not there", ["data", "convert", "nowhere", "-", "--to", "relata"], 66],
  ["model verify", ["model", "verify", "model"], 0],
  ["an unknown flag", ["train", data, "--epoch", "3"], 64],
] as [string, string[], number, string?][])("%s", async (_, args, code, input = "") => {
  const options = { cwd: place.folder, input };
  const [own, host] = [await relataProcess(args, options), await relata(args, options)];
  expect(own, own.stderr).toMatchObject({ code, endedBy: null });
  expect(lasting(host)).toEqual(lasting(own));
});

test("train, the weights to the byte", async () => {
  const args = (output: string): string[] => ["train", data, "--output", output, ...quick, "--dropout", "0.1"];
  const own = await relataProcess(args("own-out"), { cwd: place.folder });
  const host = await relata(args("host-out"), { cwd: place.folder });
  expect(own, own.stderr).toMatchObject({ code: 0 });
  expect(host).toMatchObject({ code: 0 });
  const [ours, theirs] = [digestsOf(place.path("host-out")), digestsOf(place.path("own-out"))];
  expect(Object.keys(ours)).toEqual(Object.keys(theirs));
  expect(ours["model.safetensors"]).toBe(theirs["model.safetensors"]);
  for (const folder of ["own-out", "host-out"])
    expect(readFileSync(join(place.path(folder), "relata.json"), "utf8")).toContain('"version"');
});
