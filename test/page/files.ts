// A file server for the page that has no server of its own.
import { createReadStream, existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { afterAll } from "vitest";

const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close()));

/** A server of plain files, as anyone has one. */
export async function serveFiles(folder: string): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const path = join(folder, request.url!.replace(/\?.*/, "").replace(/\/$/, "/index.html"));
    const isThere = existsSync(path);
    response.writeHead(isThere ? 200 : 404, { "content-type": types[extname(path)] ?? "application/octet-stream" });
    if (isThere) createReadStream(path).pipe(response);
    else response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push(server);
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
