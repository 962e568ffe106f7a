// Starts the real Label Studio and `relata serve`, connects them by Label Studio's API, and prints as Markdown what
// happened: predictions whose arrows cite their regions, uncertainty sampling, and a training that ends in a new model
// version, with either kind of token. `docs/label-studio-run.md` is its output.
//
// On a machine that others load, `--patience SECONDS` takes the place of the second that Label Studio waits.
//
//   pip install label-studio
//   node scripts/label-studio/try-live.js --label-studio .venv/bin/label-studio > docs/label-studio-run.md
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { apiOf } from "./api.js";
import { endAll, start, until } from "./processes.js";
import { tasksOf } from "./tasks.js";

const { values } = parseArgs({
  options: {
    "label-studio": { type: "string", default: "label-studio" },
    model: { type: "string" },
    port: { type: "string", default: "8085" },
    data: { type: "string" },
    patience: { type: "string" },
  },
});
const root = fileURLToPath(new URL("../../", import.meta.url));
const relata = [process.execPath, join(root, "bin/relata.js")];
const folder = mkdtempSync(join(tmpdir(), "relata-label-studio-"));
const tool = `http://127.0.0.1:${values.port}`;
const legacyToken = "0123456789abcdef0123456789abcdef01234567";
const secret = "the-servers-token";
const say = (line = "") => process.stdout.write(`${line}\n`);
const note = (line) => process.stderr.write(`${new Date().toISOString()} ${line}\n`);

function must(condition, what) {
  if (!condition) throw new Error(`this does not hold: ${what}`);
  say(`- ${what}`);
}

const api = apiOf(tool, legacyToken);

async function serve(source, env = {}) {
  const args = [
    "serve",
    `mine=${source}`,
    "--port",
    "0",
    "--trained",
    join(folder, "trained"),
    "--train-config",
    settings,
  ];
  const server = start(relata[0], [relata[1], ...args, "--threads", "1"], { RELATA_TOKEN: secret, ...env });
  await until(() => server.said.includes("Ready:") || server.code !== undefined, "the server");
  server.url = /Listening on (\S+)/.exec(server.said)?.[1];
  if (!server.url || server.code !== undefined) throw new Error(server.said);
  return server;
}

const settings = join(folder, "train.json");
const [trainedFrom, steps] = ["luke-mini", 40];
writeFileSync(settings, JSON.stringify({ model: trainedFrom, maxSteps: steps, threads: 1 }));

try {
  const { documents, config } = tasksOf(root, folder);
  let model = values.model;
  if (model === undefined) {
    note("training a first model");
    model = join(folder, "first");
    // One that finds relations, and so has arrows to show; the trainings need not.
    const from = ["--model", "relata-mini", "--max-steps", "150", "--threads", "1"];
    const args = ["train", join(root, "examples/annotations.jsonlines"), "--output", model, ...from];
    const training = start(relata[0], [relata[1], ...args]);
    await until(() => training.code !== undefined, "the first model");
    if (training.code !== 0) throw new Error(training.said);
  }
  note("starting Label Studio");
  const data = values.data ?? join(folder, "data");
  const args = [
    "start",
    "--no-browser",
    "--port",
    values.port,
    "--username",
    "admin@example.org",
    "--password",
    "a-password",
  ];
  const studio = start(values["label-studio"], [...args, "--user-token", legacyToken, "--enable-legacy-api-token"], {
    LABEL_STUDIO_BASE_DATA_DIR: data,
    LABEL_STUDIO_HOST: tool,
    ML_BLOCK_LOCAL_IP: "false",
    SSRF_PROTECTION_ENABLED: "false",
    ...(values.patience === undefined
      ? {}
      : {
          ML_CONNECTION_TIMEOUT: values.patience,
          ML_TIMEOUT_HEALTH: values.patience,
          ML_TIMEOUT_SETUP: values.patience,
        }),
    COLLECT_ANALYTICS: "false",
    LATEST_VERSION_CHECK: "false",
  });
  await until(async () => {
    if (studio.code !== undefined) throw new Error(studio.said.slice(-3000));
    return (await fetch(`${tool}/health`).catch(() => undefined))?.ok;
  }, "Label Studio");
  const { release } = await api("GET", "/api/version");
  const server = await serve(model);

  say("# Label Studio with a live model");
  say();
  say(`The output of \`scripts/label-studio/try-live.js\` with label-studio ${release} (SQLite).`);
  const patience =
    values.patience === undefined ? "" : `, and \`--patience ${values.patience}\` takes the place of a second`;
  say(`Trainings start from ${trainedFrom} and make ${steps} steps${patience}.`);
  say("Each line was checked; the script ends with an error where one does not hold.");
  say();
  say("## Connect");
  say();
  const { id: project } = await api("POST", "/api/projects", {
    title: "Relations",
    label_config: config,
    sampling: "Uncertainty sampling",
  });
  const imported = await api("POST", `/api/projects/${project}/import?return_task_ids=true`, documents);
  must(
    imported.task_count === documents.length,
    `${documents.length} tasks are imported, the half of them annotated, the others with entities alone`,
  );
  const connection = {
    project,
    url: `${server.url}/label-studio`,
    title: "relata",
    auth_method: "BASIC_AUTH",
    basic_auth_user: "relata",
  };
  const wrong = await api("POST", "/api/ml", { ...connection, basic_auth_pass: "wrong" }).catch(
    (error) => error.message,
  );
  must(
    /authentication parameters/.test(wrong),
    "a wrong password is refused, and Label Studio says that it is the password",
  );
  const backend = await api("POST", "/api/ml", { ...connection, basic_auth_pass: secret });
  must(
    backend.readable_state === "Connected",
    `the backend is connected; its model version is \`${backend.model_version}\``,
  );

  say();
  say("## Predictions");
  say();
  const everything = { selectedItems: { all: true, excluded: [] } };
  const retrieve = () => api("POST", `/api/dm/actions?id=retrieve_tasks_predictions&project=${project}`, everything);
  await retrieve();
  const read = async (version) => {
    const { tasks } = await api("GET", `/api/tasks?project=${project}&page_size=500&fields=all`);
    return tasks.map((task) => ({ ...task, own: task.predictions.filter((one) => one.model_version === version) }));
  };
  const tasks = await read(backend.model_version);
  const predicted = tasks.filter(({ own }) => own.length === 1);
  must(
    predicted.length === documents.length,
    `each of the ${predicted.length} tasks has one prediction of this version`,
  );
  const arrows = predicted.flatMap(({ own: [{ result }] }) => {
    const ids = new Set(result.filter(({ type }) => type !== "relation").map(({ id }) => id));
    return result.filter(({ type }) => type === "relation").map((arrow) => ({ ...arrow, ids }));
  });
  must(
    arrows.length > 0 && arrows.every(({ from_id, to_id, ids }) => ids.has(from_id) && ids.has(to_id)),
    `all of the ${arrows.length} arrows cite regions of their own prediction`,
  );
  const given = new Map(
    documents.map((one, i) => [imported.task_ids[i], (one.annotations ?? one.predictions)[0].result]),
  );
  must(
    predicted.every(({ id, own: [{ result }] }) => {
      const found = new Set(result.map((region) => region.id));
      return given.get(id).every((region) => region.type === "relation" || found.has(region.id));
    }),
    "the regions have the ids that annotators and the import gave them",
  );
  const example =
    predicted.find(({ own: [{ result }] }) => result.some(({ type }) => type === "relation")) ?? predicted[0];
  say();
  say("One of them:");
  say();
  say("```json");
  say(JSON.stringify({ score: example.own[0].score, result: example.own[0].result }, undefined, 1).slice(0, 1500));
  say("```");

  say();
  say("## Uncertainty sampling");
  say();
  await api("PATCH", `/api/projects/${project}`, { model_version: backend.model_version });
  const open = tasks.filter(({ is_labeled }) => !is_labeled);
  const least = open.toSorted((a, b) => a.own[0].score - b.own[0].score)[0];
  const next = await api("GET", `/api/projects/${project}/next`);
  must(
    next.id === least.id,
    `of the ${open.length} open tasks, the next one is that of the lowest score, ${least.own[0].score.toFixed(3)} (the highest is ${Math.max(...open.map(({ own }) => own[0].score)).toFixed(3)})`,
  );

  say();
  say("## Start training");
  say();
  await train(server, backend, "with the legacy token that Label Studio sends");
  await retrieve();
  const version = (await api("GET", `/api/ml/${backend.id}`)).model_version;
  const again = (await read(version)).filter(({ own }) => own.length === 1);
  must(
    version !== backend.model_version && again.length === documents.length,
    `Label Studio asked anew: each of the ${again.length} tasks has a prediction of \`${version}\``,
  );

  say();
  say("## Tokens");
  say();
  const personal = (await api("POST", "/api/token/")).token;
  api.usePersonal(personal);
  await api("POST", "/api/jwt/settings", { api_tokens_enabled: true, legacy_api_tokens_enabled: false });
  await api("POST", `/api/ml/${backend.id}/train`);
  const refusal = await until(() => /training \S+ failed: (.*)/.exec(server.said)?.[1], "the refusal");
  must(
    /refused the legacy token/.test(refusal),
    "once the organization has switched legacy tokens off, the log says so:",
  );
  say();
  say("  ```");
  say(`  ${refusal}`);
  say("  ```");
  say();
  server.child.kill("SIGTERM");
  await until(() => server.code !== undefined, "the end of the server");
  must(server.code === 0, "the server ends with code 0");
  const second = await serve(model, { LABEL_STUDIO_URL: tool, LABEL_STUDIO_API_KEY: personal });
  must(
    /is served, which was trained last/.test(second.said),
    "started again, it serves the version that was trained last",
  );
  await api("PATCH", `/api/ml/${backend.id}`, {
    ...connection,
    url: `${second.url}/label-studio`,
    basic_auth_pass: secret,
  });
  await train(second, backend, "with a personal access token");
} finally {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
}

async function train(server, { id }, how) {
  const before = (await api("GET", `/api/ml/${id}`)).model_version;
  const from = server.said.length;
  await api("POST", `/api/ml/${id}/train`);
  const health = [];
  const ended = await until(async () => {
    const began = performance.now();
    const response = await fetch(`${server.url}/label-studio/health`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    await response.text();
    health.push(performance.now() - began);
    const failure = /training \S+ failed: .*/.exec(server.said.slice(from))?.[0];
    if (failure) throw new Error(failure);
    return /training (\S+): (.*; served as .*)/.exec(server.said.slice(from))?.[2];
  }, "the end of the training");
  say(`- "Start training" ${how} ended: ${ended}`);
  must(
    Math.max(...health) < 1000,
    `meanwhile the backend answered /health ${health.length} times, each within a second (the slowest took ${Math.max(...health).toFixed(0)} ms)`,
  );
  await api(
    "POST",
    `/api/dm/actions?id=retrieve_tasks_predictions&project=${(await api("GET", `/api/ml/${id}`)).project}`,
    {
      selectedItems: { all: true, excluded: [] },
    },
  );
  const after = (await api("GET", `/api/ml/${id}`)).model_version;
  must(after !== before, `Label Studio shows a new model version, \`${after}\` in place of \`${before}\``);
}
