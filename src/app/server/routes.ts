import { serverSchemas as s, versions } from "../../index.ts";
import { annotateRoutes } from "./annotate/routes.ts";
import { docsPage } from "./docs-page.ts";
import { explains, explanationsRoute } from "./explanations-route.ts";
import { Fault } from "./fault.ts";
import { inceptionRoutes } from "./guests/inception/routes.ts";
import { labelStudioRoutes } from "./guests/label-studio/routes.ts";
import { inferRoutes } from "./infer-routes.ts";
import { modelNamed } from "./asking.ts";
import { openApi } from "./openapi.ts";
import { pageRoutes } from "./page/routes.ts";
import { relationsRoute } from "./relations-route.ts";
import type { Route, Serving } from "./route.ts";
import type { Served } from "./served-model.ts";

const areReady = ({ models, isStopping }: Serving): boolean =>
  !isStopping() && [...models.values()].every(({ isReady }) => isReady);

const factsOf = ({ name, version, isReady, source, facts }: Served, { config }: Serving) => ({
  name,
  version,
  ready: isReady,
  source,
  kind: facts?.kind ?? "unknown",
  finds: facts?.finds ?? false,
  explains: facts !== undefined && explains(facts.kind, config.dtype),
  labels: [...(facts?.labels ?? [])],
  ...(facts?.noRelationLabel === undefined ? {} : { noRelationLabel: facts.noRelationLabel }),
  entityTypes: [...(facts?.entityTypes ?? [])],
});

const information: Route[] = [
  {
    method: "GET",
    path: "/health",
    summary: "Whether the server runs; 503 before the models are warm and once it stops",
    access: "public",
    response: s.health,
    failures: { 503: s.health },
    handle: (c, serving) => {
      const status = serving.isStopping() ? "stopping" : areReady(serving) ? "ok" : "starting";
      return c.json({ status }, status === "ok" ? 200 : 503);
    },
  },
  {
    method: "GET",
    path: "/v2/health/live",
    summary: "Whether the server answers at all",
    access: "public",
    response: s.live,
    failures: {},
    handle: (c) => c.json({ live: true }),
  },
  {
    method: "GET",
    path: "/v2/health/ready",
    summary: "Whether every model is loaded and warm",
    access: "public",
    response: s.ready,
    failures: { 503: s.ready },
    handle: (c, serving) => {
      const ready = areReady(serving);
      return c.json({ live: true, ready }, ready ? 200 : 503);
    },
  },
  {
    method: "GET",
    path: "/info",
    summary: "Versions, models with their labels, and limits",
    access: "token",
    response: s.serverInfo,
    failures: {},
    handle: (c, serving) => {
      const { models, config, annotating } = serving;
      const { maxBody, maxDocs, maxSpans, maxChars, maxQueue, batchTokens, deadline } = config;
      const limits = { maxBody, maxDocs, maxSpans, maxChars, maxQueue, batchTokens, deadline };
      const annotates = annotating !== undefined;
      return c.json({
        ...versions,
        models: [...models.values()].map((one) => factsOf(one, serving)),
        limits,
        annotates,
      });
    },
  },
  {
    method: "GET",
    path: "/metrics",
    summary: "Figures in Prometheus' text format",
    access: "public",
    response: { media: "text/plain" },
    failures: {},
    handle: async (c, { metrics: { registry } }) =>
      c.body(await registry.metrics(), 200, { "content-type": registry.contentType }),
  },
  {
    method: "POST",
    path: "/v1/models/{name}/reload",
    summary: "Opens the folder of a model anew; requests go on meanwhile",
    access: "admin",
    response: s.reloadResponse,
    failures: { 404: true, 409: true, 503: true },
    handle: async (c, serving) => {
      const model = modelNamed(serving, c.req.param("name"));
      return c.json({ name: model.name, version: await model.reload() });
    },
  },
];

let described: { readonly json: string; readonly page: string } | undefined;

/** The description as JSON and as a page; made once, since that takes longer than most requests. */
const describe = (): NonNullable<typeof described> =>
  (described ??= { json: JSON.stringify(openApi(routes)), page: docsPage(routes) });

/** The description and its page; the page names no other address, so that it is read without network. */
const description: Route[] = [
  {
    method: "GET",
    path: "/openapi.json",
    summary: "This description",
    access: "public",
    response: { media: "application/json" },
    failures: {},
    handle: (c) => c.body(describe().json, 200, { "content-type": "application/json" }),
  },
  {
    method: "GET",
    path: "/docs",
    summary: "This description as a page",
    access: "public",
    response: { media: "text/html" },
    failures: {},
    handle: (c) =>
      c.html(describe().page, 200, {
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      }),
  },
];

/** All routes, in the order of the page. */
export const routes: readonly Route[] = [
  relationsRoute,
  explanationsRoute,
  ...inferRoutes,
  ...information,
  ...labelStudioRoutes,
  ...inceptionRoutes,
  ...description,
  ...pageRoutes,
  ...annotateRoutes,
];

/** Makes a failure for a path that is there with other methods, or not at all. */
export function strayFault(path: string, allowed: readonly string[], method = ""): Fault {
  if (allowed.length === 0) return new Fault(404, "There is nothing under this path. /openapi.json lists the paths.");
  return new Fault(
    405,
    `${path} takes ${allowed.join(" and ")}, and the request is ${method}. Send it with ${allowed.length === 1 ? "that" : "one of these"}.`,
    { allow: allowed.join(", ") },
  );
}
