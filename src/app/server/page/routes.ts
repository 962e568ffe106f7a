import type { Route } from "../route.ts";
import { documentRoutes } from "./document-routes.ts";
import { fileRoutes } from "./files.ts";

/** All that the page at `/` needs of the server beside the API. */
export const pageRoutes: readonly Route[] = [...fileRoutes, ...documentRoutes];
