import { modelNamed } from "../../asking.ts";
import { readBytes } from "../../body.ts";
import type { Ctx, Route, Serving } from "../../route.ts";
import type { Served } from "../../served-model.ts";
import * as backend from "./backend.ts";
import { predictTasks } from "./predict.ts";
import * as wire from "./wire.ts";

type Handle = (c: Ctx, serving: Serving, model: Served) => Response | Promise<Response>;
type Part = Omit<Route, "access" | "handle" | "path"> & { readonly path: string; readonly handle: Handle };

const ofBody = { 400: true, 413: true, 415: true, 422: true } as const;

/** Accepts what needs no answer: the body is taken, whatever it is, so that the connection can be used again. */
const accept: Handle = async (c, serving) => {
  await readBytes(c.env.incoming, serving.config.maxGuestBody);
  return c.json({});
};

/** The ML backend of Label Studio: its paths below `/label-studio` for the only model, or below that and a model's name. */
const parts: readonly Part[] = [
  {
    method: "GET",
    path: "",
    summary: "Label Studio: as /health",
    response: wire.health,
    failures: {},
    handle: backend.health,
  },
  {
    method: "GET",
    path: "/health",
    summary: "Label Studio: whether the backend is there; answered at once even while it trains",
    response: wire.health,
    failures: {},
    handle: backend.health,
  },
  {
    method: "POST",
    path: "/setup",
    summary: "Label Studio: a project introduces itself",
    request: wire.setupRequest,
    response: wire.setupResponse,
    failures: ofBody,
    handle: backend.setup,
  },
  {
    method: "POST",
    path: "/predict",
    summary: "Label Studio: regions and relations of tasks, with the certainty of the least certain as score",
    request: wire.predictRequest,
    response: wire.predictResponse,
    failures: { ...ofBody, 429: true, 503: true, 504: true },
    handle: predictTasks,
  },
  {
    method: "POST",
    path: "/webhook",
    summary: "Label Studio: an annotation was made, or a training is to begin",
    request: wire.webhookRequest,
    response: wire.webhookResponse,
    failures: { ...ofBody, 409: true },
    handle: backend.webhook,
  },
  {
    method: "POST",
    path: "/train",
    summary: "Label Studio: a training is to begin, as older versions ask for it",
    request: wire.trainRequest,
    response: wire.webhookResponse,
    failures: { ...ofBody, 409: true },
    handle: backend.train,
  },
  {
    method: "GET",
    path: "/versions",
    summary: "Label Studio: the version that is served",
    response: wire.versions,
    failures: { 503: true },
    handle: backend.versions,
  },
  {
    method: "POST",
    path: "/job_status",
    summary: "Label Studio: the state of a training",
    request: wire.jobRequest,
    response: wire.jobResponse,
    failures: { ...ofBody, 410: true },
    handle: backend.jobStatus,
  },
  ...["/validate", "/duplicate_model", "/delete"].map((path): Part => ({
    method: "POST",
    path,
    summary: "Label Studio: accepted, and without effect",
    request: wire.anything,
    response: wire.empty,
    failures: { 413: true, 415: true },
    handle: accept,
  })),
];

/** A name can be one that no model has; without a name there can be several models. */
const bases = { "/label-studio": { 422: true }, "/label-studio/{name}": { 404: true } } as const;

export const labelStudioRoutes: readonly Route[] = Object.entries(bases).flatMap(([base, ofName]) =>
  parts.map(({ path, handle, failures, ...part }): Route => ({
    ...part,
    path: base + path,
    access: "guest",
    failures: { ...failures, ...ofName },
    handle: (c, serving) => handle(c, serving, modelNamed(serving, c.req.param("name"))),
  })),
);
