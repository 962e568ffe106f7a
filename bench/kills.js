// Kills a training run by SIGKILL at random moments, again and again, and resumes it:
//     npm run bench -- kills [--kills 200]
// Every second run is to replace a former model. After each kill the newest checkpoint must not be older than before, and the
// model in the folder must be whole; the next start must go on from that checkpoint; a run that comes to its end must have
// the weights, moments and log of one in one go. Exit code 1 if anything of that does not hold.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { verifyModel } from "relata";

const at = (name) => fileURLToPath(new URL(name, import.meta.url));

export const title = "kill -9 at random moments, then --resume";
export const subject = "runs";

const steps = 40;
const documents = 4;
const flags = [
  "--model",
  "luke-mini",
  "--vocab-size",
  "300",
  "--batch-size",
  "4",
  "--threads",
  "1",
  "--epochs",
  "1000",
];
const saving = ["--max-steps", `${steps}`, "--eval-steps", "7", "--save-steps", "1", "--save-total-limit", "2"];

export async function run({ kills = 200 }) {
  const place = mkdtempSync(join(tmpdir(), "relata-kills-"));
  try {
    return [{ name: "luke-mini, a checkpoint at each step", results: [await killAgainAndAgain(place, kills)] }];
  } finally {
    rmSync(place, { recursive: true });
  }
}

async function killAgainAndAgain(place, kills) {
  const data = join(place, "data.jsonlines");
  const lines = readFileSync(at("../examples/annotations.jsonlines"), "utf8").split("\n").filter(isShort);
  writeFileSync(data, lines.slice(0, documents).join("\n"));
  const train = (output, ...more) => start(["train", data, "--output", output, ...flags, ...more]);
  const reference = join(place, "in-one-go", "run");
  const began = performance.now();
  const whole = train(reference, ...saving);
  while (newest(reference) === 0 && whole.isAlive()) await pause(20);
  const untilFirst = performance.now() - began;
  await whole.ended;
  const former = join(place, "former");
  await train(former, "--max-steps", "1", "--seed", "1").ended;

  const count = {
    kills: 0,
    resumed: 0,
    "not resumed": 0,
    "behind a checkpoint": 0,
    "models damaged": 0,
    finished: 0,
    "other bytes": 0,
  };
  for (let number = 0; count.kills < kills; number++) {
    const output = join(place, `${number}`, "run");
    const replaces = number % 2 === 1;
    if (replaces) cpSync(former, output, { recursive: true });
    const work = replaces ? join(output, "next-model") : output;
    for (let life = 0; ; life++) {
      const before = newest(work);
      // A run that was killed before its first checkpoint starts again.
      const how = before === 0 && replaces ? ["--overwrite"] : life > 0 ? ["--resume"] : [];
      const one = train(output, ...saving, ...how);
      const isLast = count.kills >= kills;
      // One in four is killed as it starts, the others while they train and save.
      if (!isLast && Math.random() < 0.25) one.killAfter(untilFirst * Math.random());
      else if (!isLast) one.killAfter((untilFirst / 2) * Math.random(), /million parameters/);
      const { code, stderr } = await one.ended;
      const step = /Going on from step (\d+)/.exec(stderr)?.[1];
      if (step !== undefined) count.resumed++;
      if (step !== undefined && Number(step) !== before) count["behind a checkpoint"]++;
      if (code === 0) {
        count.finished++;
        if (leftBy(output) !== leftBy(reference)) count["other bytes"]++;
        break;
      }
      if (code !== null) {
        process.stderr.write(stderr);
        count["not resumed"]++;
        break;
      }
      count.kills++;
      if (!(await isWhole(output, replaces))) count["models damaged"]++;
      // It was killed after it had replaced the former model.
      if (newest(output) === steps && leftBy(output) === leftBy(reference)) {
        count.finished++;
        break;
      }
      if (newest(work) < before) count["behind a checkpoint"]++;
    }
    rmSync(join(place, `${number}`), { recursive: true });
  }
  return count;
}

const isShort = (line) => line !== "" && JSON.parse(line).annotation.ner.Entities.entities.length <= 4;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function start(args) {
  const child = spawn(process.execPath, [at("../bin/relata.js"), ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  let mark;
  let onMark = () => {};
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
    if (mark?.test(stderr)) onMark();
  });
  let timer;
  const ended = new Promise((resolve) =>
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stderr });
    }),
  );
  /** Kills it so many milliseconds after it has said something, or after now. */
  const killAfter = (milliseconds, said) => {
    onMark = () => {
      mark = undefined;
      timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
    };
    mark = said;
    if (said === undefined) onMark();
  };
  return { ended, killAfter, isAlive: () => child.exitCode === null && child.signalCode === null };
}

/** The step of the newest checkpoint of a folder; 0 if there is none. */
function newest(folder) {
  if (!existsSync(folder)) return 0;
  return Math.max(0, ...readdirSync(folder).map((name) => Number(/^checkpoint-(\d+)$/.exec(name)?.[1] ?? 0)));
}

/** Whether the folder's model is as one of its manifests says. A run on its own may not have one yet. */
async function isWhole(folder, mustBeThere) {
  const manifests = ["relata.next.json", "relata.json"].filter((name) => existsSync(join(folder, name)));
  if (manifests.length === 0) return !mustBeThere;
  const ofPeople = ["README.md", "report.html", "metrics.jsonl", "metrics.json"];
  const isOf = (name) =>
    Object.entries(JSON.parse(readFileSync(join(folder, name), "utf8")).files).every(
      ([file, { sha256 }]) => ofPeople.includes(file) || digestOf(join(folder, file)) === sha256,
    );
  // Where a replacement was cut off, opening the folder ends it.
  return (
    manifests.some(isOf) ||
    verifyModel(folder).result.then(
      ({ passed }) => passed,
      () => false,
    )
  );
}

const digestOf = (file) => existsSync(file) && createHash("sha256").update(readFileSync(file)).digest("hex");

/** One digest of all that a run leaves and that does not depend on time. */
function leftBy(folder) {
  const hash = createHash("sha256");
  const files = ["model.safetensors", "relata.json", "metrics.jsonl", `checkpoint-${steps}/optimizer.safetensors`];
  for (const name of [...files, `checkpoint-${steps}/model.safetensors`]) {
    const bytes = readFileSync(join(folder, name));
    hash.update(name.endsWith(".jsonl") ? bytes.toString().replace(/,"seconds":[\d.]+/g, "") : bytes);
  }
  return hash.digest("hex");
}

export function failures([{ results }]) {
  const [counts] = results;
  return ["not resumed", "behind a checkpoint", "models damaged", "other bytes"].flatMap((name) =>
    counts[name] > 0 ? [`${name}: ${counts[name]} of ${counts.kills} kills`] : [],
  );
}
