import { join } from "node:path";
import { factsOf } from "../../asking.ts";
import { fit, readBytes, readJson } from "../../body.ts";
import { Fault } from "../../fault.ts";
import { whenRead } from "../reading.ts";
import type { Ctx, Serving } from "../../route.ts";
import type { Served } from "../../served-model.ts";
import { Debounced } from "../../training/debounced.ts";
import type { TrainRequest } from "../../training/trainer.ts";
import { requireTrainers } from "../../training/trainers.ts";
import type { Connection } from "./access-token.ts";
import { modelVersionOf } from "./predict.ts";
import { pullExport } from "./pull-export.ts";
import * as wire from "./wire.ts";

const changes = new Set(["ANNOTATION_CREATED", "ANNOTATIONS_CREATED", "ANNOTATION_UPDATED", "ANNOTATIONS_DELETED"]);

/** The state of the projects of Label Studio that use one of the models. */
class Backend {
  /** By project, the address and the token that came with it. */
  readonly connections = new Map<string, Connection>();
  readonly changes = new Map<string, Debounced>();
}

/** Projects that strangers make up do not fill the memory. */
const mostProjects = 1000;
const backends = new WeakMap<Served, Backend>();

function backendOf(model: Served): Backend {
  let backend = backends.get(model);
  if (!backend) backends.set(model, (backend = new Backend()));
  return backend;
}

function keep<T>(map: Map<string, T>, key: string, value: T): T {
  if (map.size >= mostProjects && !map.has(key)) map.delete(map.keys().next().value!);
  map.set(key, value);
  return value;
}

/** `3` of `3.1764417600`, as Label Studio writes projects into some requests. */
const projectId = (project: string | number | null | undefined): string => String(project ?? "").split(".")[0]!;

/** Label Studio calls it when a backend is added, and before each batch of predictions. */
export async function setup(c: Ctx, serving: Serving, model: Served): Promise<Response> {
  const { project, hostname, access_token } = fit(
    wire.setupRequest,
    await readJson(c.env.incoming, serving.config.maxBody),
  );
  const id = projectId(project);
  if (id !== "" && hostname && access_token)
    keep(backendOf(model).connections, id, { url: hostname.replace(/\/+$/, ""), token: access_token });
  return c.json({ model_version: model.facts ? modelVersionOf(model.name, model.facts) : `${model.name}-loading` });
}

/** Counts annotations, begins a training after enough of them, or at once if that is asked for. */
export async function webhook(c: Ctx, serving: Serving, model: Served): Promise<Response> {
  const body = await readBytes(c.env.incoming, serving.config.maxGuestBody);
  const event = await whenRead(serving.reader.read("readWebhook", { body }));
  if (event.action === "START_TRAINING") return begin(c, serving, model, event.project);
  const { trainers, config, log } = serving;
  if (!trainers || event.project === undefined || !changes.has(event.action)) return c.json({ status: "ignored" });
  const { project } = event;
  const backend = backendOf(model);
  const { trainAfter = 20, trainQuiet = 60 } = config;
  const counter = backend.changes.get(project) ?? keep(backend.changes, project, new Debounced(trainAfter, trainQuiet));
  counter.change(() => {
    try {
      trainers.of(model).request(requestFor(serving, model, project));
    } catch (error) {
      log(`label-studio, model ${model.name}: ${(error as Error).message}`);
    }
  });
  return c.json({ status: "counted", changes: counter.count });
}

/** The button "Start training" of older versions, which send the annotated tasks as well: they are fetched in any case. */
export async function train(c: Ctx, serving: Serving, model: Served): Promise<Response> {
  const { project } = fit(wire.trainRequest, await readJson(c.env.incoming, serving.config.maxGuestBody));
  return begin(c, serving, model, project == null ? undefined : projectId(project));
}

function begin(c: Ctx, serving: Serving, model: Served, project: string | undefined): Response {
  const trainer = requireTrainers(serving.trainers).of(model);
  if (!project)
    throw new Fault(422, "project.id is missing: a training needs to know whose annotations it learns from.");
  const job = trainer.request(requestFor(serving, model, project));
  backendOf(model).changes.get(project)?.reset();
  return c.json({ status: "training", job });
}

/** @throws Fault 403 if the server has no token for the project */
function requestFor({ config }: Serving, model: Served, project: string): TrainRequest {
  const connection = connectionFor(config, model, project);
  return {
    project: `label-studio ${project}`,
    gather: async (folder, signal) => {
      const file = join(folder, "export.json");
      await pullExport(connection, project, file, signal);
      return { paths: [file], settings: { format: "label-studio" } };
    },
  };
}

function connectionFor(
  { labelStudioUrl, labelStudioToken }: Serving["config"],
  model: Served,
  project: string,
): Connection {
  const sent = backendOf(model).connections.get(project);
  if (labelStudioUrl !== undefined && labelStudioToken !== undefined)
    return { url: labelStudioUrl.replace(/\/+$/, ""), token: labelStudioToken };
  if (sent) return { ...sent, ...(labelStudioUrl === undefined ? {} : { url: labelStudioUrl.replace(/\/+$/, "") }) };
  throw new Fault(
    403,
    `The annotations of project ${project} cannot be fetched: Label Studio sent no access token (its organization may have switched legacy tokens off). ` +
      "Create a personal access token under Account & Settings, and start the server with LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY.",
  );
}

export async function jobStatus(c: Ctx, serving: Serving, model: Served): Promise<Response> {
  const { job } = fit(wire.jobRequest, await readJson(c.env.incoming, serving.config.maxBody));
  const status = serving.trainers?.of(model).statusOf(job);
  if (status === undefined)
    throw new Fault(
      410,
      "There is no job of this id: the server has been started since, or never had it. Start a training again.",
    );
  return c.json({ job_status: status });
}

export function health(c: Ctx, serving: Serving, model: Served): Response {
  const version = model.facts && modelVersionOf(model.name, model.facts);
  return c.json({
    status: "UP",
    model_class: "relata",
    model: model.name,
    ...(version === undefined ? {} : { model_version: version }),
    training: serving.trainers?.of(model).isTraining ?? false,
  });
}

export const versions = (c: Ctx, _serving: Serving, model: Served): Response =>
  c.json({ versions: [modelVersionOf(model.name, factsOf(model))] });
