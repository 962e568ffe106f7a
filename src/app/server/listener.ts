import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { randomUUID } from "node:crypto";
import { getRequestListener } from "@hono/node-server";
import type { Answers } from "./closing.ts";
import { typeOf } from "./fault.ts";

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

type Fetch = Parameters<typeof getRequestListener>[0];

const bodyOf = (type: string, error: string): string =>
  JSON.stringify({ error, error_type: type, request_id: randomUUID() });

/** Makes the HTTP server, with limits on slow and endless clients where Node has none of its own. */
export function makeHttpServer(fetch: Fetch, answers: Answers): Server {
  // Puts its own Response in the place of the global one: a body of text stays text there, where fetch's makes a stream of it.
  const listener = getRequestListener(fetch);
  const options = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2000 };
  const server = createServer(options, (request: IncomingMessage, response: ServerResponse) => {
    answers.follow(response);
    // A request of fetch can be of neither: it would be an exception, not an answer.
    const isKnown = methods.has(request.method ?? "");
    if (isKnown && request.url?.startsWith("/")) void listener(request, response);
    else {
      const [status, message]: [400 | 405, string] = isKnown
        ? [400, "The path must begin with a slash."]
        : [405, "The method is unknown here."];
      const body = bodyOf(typeOf(status), message);
      response.writeHead(status, { "content-type": "application/json", connection: "close" }).end(body);
    }
  });
  server.timeout = 120_000;
  server.maxRequestsPerSocket = 1000;
  server.maxHeadersCount = 100;
  server.keepAliveTimeout = 5000;
  server.on("clientError", refuseGarbage);
  return server;
}

/** Answers bytes that are no HTTP, headers that are too large and clients that are too slow. */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
  const body = bodyOf(typeOf(400), `The request is no HTTP that the server reads (${STATUS_CODES[status]}).`);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
