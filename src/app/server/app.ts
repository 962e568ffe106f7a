import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { Fault, typeOf } from "./fault.ts";
import { partsOf, requireHost, requireToken } from "./guard.ts";
import type { Ctx, Env, Route, Serving } from "./route.ts";
import { routes, strayFault } from "./routes.ts";

/** Makes the application: hono's router over the routes, with the checks that all of them share. */
export function makeApp(serving: Serving, onBug: (error: unknown) => void): Hono<Env> {
  const { config, metrics } = serving;
  const hosts = partsOf(config.allowedHost).map((host) => host.toLowerCase());
  const origins = new Set(partsOf(config.corsOrigin));
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    c.set("start", performance.now());
    c.set("requestId", randomUUID());
    await next();
    const total = performance.now() - c.get("start");
    // Not by `c.header`, which would make a further response for each header once there is one.
    const { headers } = c.res;
    headers.set("x-request-id", c.get("requestId"));
    headers.set("x-total-time", total.toFixed(1));
    headers.set("x-content-type-options", "nosniff");
    headers.set("cache-control", "no-store");
    if (serving.isStopping()) headers.set("connection", "close");
    const origin = c.req.header("origin");
    if (origin !== undefined && origins.has(origin)) {
      headers.set("access-control-allow-origin", origin);
      headers.set("vary", "origin");
      headers.set("access-control-expose-headers", "x-request-id, retry-after");
    }
    // A path of no route counts under one name, so that strangers cannot fill the memory with names.
    metrics.request(c.req.method, patternOf(c), c.res.status, total);
  });
  app.use(async (c, next) => {
    requireHost(c.req.header("host"), config.host, hosts);
    await next();
  });

  const methods = new Map<string, string[]>();
  for (const route of routes) {
    const path = honoPath(route.path);
    methods.set(path, [...(methods.get(path) ?? []), route.method]);
    app.on(route.method, path, (c) => {
      requireAccess(route, serving, c.req.header("authorization"));
      return route.handle(c, serving);
    });
  }
  for (const [path, allowed] of methods)
    app.all(path, (c) => {
      const origin = c.req.header("origin");
      if (c.req.method === "OPTIONS" && origin !== undefined && origins.has(origin))
        return c.body(null, 204, {
          "access-control-allow-methods": allowed.join(", "),
          "access-control-allow-headers": "authorization, content-type, x-timeout-ms",
          "access-control-max-age": "600",
        });
      throw strayFault(c.req.routePath, allowed, c.req.method);
    });
  app.notFound((c) => failure(c, strayFault("", [])));
  app.onError((error, c) => {
    if (error instanceof Fault) return failure(c, error);
    if (error instanceof HTTPException)
      return failure(
        c,
        new Fault(400, `The request cannot be read: ${error.message || "it is no HTTP that the server knows"}.`),
      );
    onBug(error);
    return failure(c, new Fault(500, "A bug of the server; its log has more, under the request's id."));
  });
  return app;
}

const honoPath = (path: string): string => path.replace(/\{(\w+)\}/g, ":$1");
const known = new Set(routes.map(({ path }) => honoPath(path)));
const patternOf = (c: Ctx): string => (known.has(c.req.routePath) ? c.req.routePath : matched(c.req.path));
const patterns = [...known].map((path) => [path, new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`)] as const);
const matched = (path: string): string => patterns.find(([, pattern]) => pattern.test(path))?.[0] ?? "other";

function requireAccess({ access }: Route, { config }: Serving, header: string | undefined): void {
  const { token, adminToken } = config;
  if (access === "public") return;
  if (access !== "admin")
    return requireToken(header, token === undefined ? [] : [token, adminToken], access === "guest");
  if (adminToken === undefined)
    throw new Fault(403, "The server has no admin token: start it with RELATA_ADMIN_TOKEN to allow reloads.");
  requireToken(header, [adminToken]);
}

function failure(c: Ctx, { status, message, headers }: Fault): Response {
  const body = { error: message, error_type: typeOf(status), request_id: c.get("requestId") };
  return c.json(body, status, headers);
}
