import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { z } from "zod";
import type { GuestReader } from "../../index.ts";
import type { Trainers } from "./training/trainers.ts";
import type { Metrics } from "./metrics.ts";
import type { FaultStatus } from "./fault.ts";
import type { Served } from "./served-model.ts";
import type { Annotating } from "./annotate/annotating.ts";
import type { ServeConfig } from "./settings.ts";

export interface Env {
  Bindings: HttpBindings;
  Variables: { requestId: string; start: number };
}
export type Ctx = Context<Env>;

/** The server as its routes see it. */
export interface Serving {
  readonly config: ServeConfig;
  readonly models: ReadonlyMap<string, Served>;
  readonly metrics: Metrics;
  /** The documents to annotate, if there are some. */
  readonly annotating: Annotating | undefined;
  /** Whether the server was asked to stop. */
  readonly isStopping: () => boolean;
  /** Reads the requests of annotation tools. */
  readonly reader: GuestReader;
  /** Undefined if the server trains no models. */
  readonly trainers: Trainers | undefined;
  readonly log: (line: string) => void;
}

/** One route: the router, the check of tokens, 405 and /openapi.json are all made from it. */
export interface Route {
  readonly method: "GET" | "POST";
  /** As in OpenAPI: `/v2/models/{name}`. */
  readonly path: string;
  readonly summary: string;
  /**
   * Who may call it: everyone; owners of the token, in a Bearer header or, for annotation tools, as the password of HTTP
   * Basic authentication; owners of the admin token.
   */
  readonly access: "public" | "token" | "guest" | "admin";
  readonly request?: z.ZodType;
  /** The body of a success; text where a media type is given; none for 204. */
  readonly response: z.ZodType | { readonly media: string } | { readonly status: 204 };
  /** Its statuses beside 200 and those that every route has, with bodies of their own where they are no error. */
  readonly failures: Partial<Record<FaultStatus, z.ZodType | true>>;
  readonly handle: (c: Ctx, serving: Serving) => Response | Promise<Response>;
}
