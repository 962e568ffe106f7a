// Pulls a model in a process of its own, from the sources as they are: `node pull-process.js org/name`, settings from
// the environment. Prints events and the result as JSON Lines.
import { fileURLToPath } from "node:url";
import { createViteServer } from "vitest/node";

const root = fileURLToPath(new URL("../../", import.meta.url));
const vite = await createViteServer({
  root,
  configFile: false,
  logLevel: "error",
  appType: "custom",
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
const { pullModel } = await vite.ssrLoadModule("/src/model/hub/pull.ts");
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

say({ type: "ready" });
await new Promise((resolve) => process.stdin.once("data", resolve));
const events = pullModel(process.argv[2]);
for (;;) {
  const { done, value } = await events.next();
  say(done ? { type: "done", ...value } : value);
  if (done) break;
}
process.stdin.destroy();
await vite.close();
