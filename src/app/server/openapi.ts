import { z } from "zod";
import { serverSchemas, versions } from "../../index.ts";
import { typeOf, type FaultStatus } from "./fault.ts";
import type { Route } from "./route.ts";

const reasons: Readonly<Record<FaultStatus, string>> = {
  400: "The request is no HTTP, JSON or tensor that the server reads",
  401: "A token is missing or wrong",
  403: "The server has no admin token, or the Host header is not one of its names",
  404: "There is no model of this name or version",
  405: "The path takes other methods",
  409: "The model is being reloaded already, or is trained on another project",
  410: "There is no job of this id any more",
  413: "The request is over a limit",
  415: "The body is not JSON in UTF-8, or packed",
  422: "The JSON does not fit: the message names the part",
  429: "The queue is full; Retry-After says when to come back",
  500: "A bug of the server",
  503: "The model or the server cannot answer now; Retry-After says when to come back",
  504: "The deadline is over; the texts left the queue",
};

const schemaOf = (type: z.ZodType, io: "input" | "output"): unknown => {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io, target: "draft-2020-12" });
  return schema;
};

const json = (description: string, type: z.ZodType): unknown => ({
  description,
  content: { "application/json": { schema: schemaOf(type, "output") } },
});

/** The statuses of a route beside 200, with those that every route has. */
export function failuresOf({ access, failures }: Route): Partial<Record<FaultStatus, z.ZodType | true>> {
  return { ...(access === "public" ? {} : { 401: true }), 403: true, 500: true, ...failures };
}

function responsesOf(route: Route): Record<string, unknown> {
  const { response } = route;
  if ("status" in response) return { [response.status]: { description: "Done" }, ...failureResponses(route) };
  const success =
    "media" in response ? { description: "Done", content: { [response.media]: {} } } : json("Done", response);
  return { 200: success, ...failureResponses(route) };
}

function failureResponses(route: Route): Record<string, unknown> {
  const failures = Object.entries(failuresOf(route)).map(([status, body]) => {
    const code = Number(status) as FaultStatus;
    const type = body === true ? serverSchemas.errorResponse.extend({ error_type: z.literal(typeOf(code)) }) : body;
    return [status, json(reasons[code], type)];
  });
  return Object.fromEntries(failures);
}

function operationOf(route: Route): unknown {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const inPath = names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  const timeout = {
    name: "x-timeout-ms",
    in: "header",
    description: "Milliseconds that the answer may take",
    schema: { type: "integer", minimum: 1 },
  };
  const { request, access, summary } = route;
  return {
    summary,
    parameters: [...inPath, ...(route.failures[504] ? [timeout] : [])],
    ...(request
      ? { requestBody: { required: true, content: { "application/json": { schema: schemaOf(request, "input") } } } }
      : {}),
    responses: responsesOf(route),
    security: access === "public" ? [] : access === "guest" ? [{ token: [] }, { password: [] }] : [{ [access]: [] }],
  };
}

/** Describes the routes as OpenAPI 3.1. */
export function openApi(routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  const bearer = (description: string): unknown => ({ type: "http", scheme: "bearer", description });
  return {
    openapi: "3.1.0",
    info: { title: "Relata", version: versions.relata, license: { name: "Apache-2.0" } },
    paths,
    components: {
      securitySchemes: {
        token: bearer("The token of the server, if it has one"),
        password: { type: "http", scheme: "basic", description: "The token of the server as the password" },
        admin: bearer("The admin token of the server"),
      },
    },
  };
}
