// RELATA_DEBUG on the command line.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { inspectorPort } from "../../src/run/protocol.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const args = ["bin/relata.js", "data", "stats", "examples/annotations.jsonlines"];

test("an unknown word is an error of usage, before any work", async () => {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, RELATA_DEBUG: "graph,fees" } });
  let stderr = "";
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect(stderr).toMatch(/^relata: Cannot use RELATA_DEBUG=graph,fees: .*found fees\.\n {2}graph: .*\n {2}feeds: /);
  expect(code).toBe(64);
});

test("with inspect, the worker thread waits for a debugger", async () => {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, RELATA_DEBUG: "inspect" } });
  try {
    await new Promise<void>((resolve, reject) => {
      child.stderr.on("data", (chunk) => {
        if (String(chunk).includes("Debugger listening")) resolve();
      });
      child.on("close", (code) => reject(new Error(`ended with ${code}`)));
    });
    const answer = await fetch(`http://127.0.0.1:${inspectorPort}/json/list`);
    expect(JSON.stringify(await answer.json())).toMatch(/run\/worker\.js/);
  } finally {
    child.kill("SIGKILL");
  }
});
