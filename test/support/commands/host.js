// A process that runs one command line after another, each as `relata …` in a process of its own would: with its
// arguments, folder, environment and standard input. The program is loaded once.
import { register } from "node:module";
import { Readable } from "node:stream";

register("./hooks.js", import.meta.url);
const { main } = await import("../../../dist/app/cli/main.js");
const { StatusLine } = await import("../../../dist/app/cli/status-line.js");

const home = process.cwd();
const streams = [process.stdout, process.stderr];

function setEnvironment(env) {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}

process.on("message", async ({ args, cwd, env, input, mark }) => {
  setEnvironment(env);
  process.chdir(cwd);
  process.argv = [process.execPath, "relata", ...args];
  process.exitCode = undefined;
  StatusLine.isQuiet = false;
  const stdin = Readable.from(input === "" ? [] : [Buffer.from(input)]);
  Object.defineProperty(process, "stdin", { value: stdin, configurable: true });
  await main(args);
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  process.chdir(home); // the folder of a test may be removed now
  for (const stream of streams) stream.removeAllListeners("error").write(mark);
  process.send({ code });
});
process.on("disconnect", () => process.exit());
