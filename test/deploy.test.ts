// The files of deploy/ name things that exist: flags, paths, variables, ports. What they do in containers is not run here.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { exitCodes } from "../src/errors.ts";
import { relata } from "./support/run-cli.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const serve = read("src/app/cli/commands/serve.ts");
const help = relata(["serve", "--help"]);

async function checkCommand(words: readonly string[]): Promise<void> {
  expect(words[0]).toBe("serve");
  const { stdout } = await help;
  for (const flag of words.filter((word) => word.startsWith("--"))) expect(stdout).toContain(`${flag} `);
}

describe("Dockerfile", () => {
  const text = read("deploy/Dockerfile");
  const instructions = text
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => /^[A-Z]+ /.test(line))
    .map((line) => line.trim().split(/\s+/));
  const ignored = read(".dockerignore").trim().split("\n");

  test("copies what is there and is not kept out of the context", () => {
    const sources = instructions
      .filter(([name, ...args]) => name === "COPY" && !args.some((word) => word.startsWith("--from")))
      .flatMap(([, ...args]) => args.filter((word) => !word.startsWith("--")).slice(0, -1))
      .filter((source) => !source.startsWith("$"));
    expect(sources).toContain("package-lock.json");
    // Without it `npm ci` runs scripts that are copied later.
    expect(sources).toContain(".npmrc");
    for (const source of sources) {
      expect(existsSync(join(root, source)), source).toBe(true);
      expect(ignored).toContain(`!${source}`);
    }
  });

  test("runs scripts of package.json on a Node that the package takes, as a user of few rights", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    for (const [, script] of text.matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([script!]);
    const images = instructions.filter(([name]) => name === "FROM").map(([, image]) => image!);
    for (const image of images.filter((one) => one.includes(":"))) expect(image).toMatch(/^node:2[4-9]-.*slim$/);
    const lastUser = instructions.findLast(([name]) => name === "USER");
    expect(lastUser).toEqual(["USER", "node"]);
  });

  test("starts the server with flags that it has, and asks a path of it for its health", async () => {
    const [command] = instructions.filter(([name]) => name === "CMD").slice(-1);
    await checkCommand(JSON.parse(command!.slice(1).join(" ")) as string[]);
    const [, path] = /fetch\('http:\/\/127\.0\.0\.1:8080([^']+)'\)/.exec(text)!;
    expect(read("src/app/server/routes.ts")).toContain(`"${path}"`);
  });
});

describe("compose.yaml", () => {
  interface Service {
    build?: { context: string; dockerfile: string };
    command?: string[];
    environment: Record<string, string>;
    volumes: string[];
    depends_on?: Record<string, { condition: string }>;
  }
  const { services, volumes } = parse(read("deploy/compose.yaml")) as {
    services: Record<string, Service>;
    volumes: Record<string, unknown>;
  };
  const { relata: backend, "label-studio": tool } = services as Record<"relata" | "label-studio", Service>;

  test("builds this Dockerfile, and starts the server with flags and variables that it has", async () => {
    expect(existsSync(join(root, "deploy", backend.build!.context, backend.build!.dockerfile))).toBe(true);
    await checkCommand(backend.command!);
    for (const name of Object.keys(backend.environment)) expect(serve).toContain(name);
  });

  test("Label Studio waits for it, may call it, and its volumes are declared", () => {
    expect(tool.depends_on).toEqual({ relata: { condition: "service_healthy" } });
    expect(tool.environment["ML_BLOCK_LOCAL_IP"]).toBe("false");
    const named = [...backend.volumes, ...tool.volumes]
      .map((one) => one.split(":")[0]!)
      .filter((one) => /^[\w-]+$/.test(one));
    expect(named.filter((name) => !(name in volumes))).toEqual([]);
  });
});

test("the unit of systemd starts the server with flags that it has, and knows its exit codes and signals", async () => {
  const unit = read("deploy/relata.service");
  const value = (key: string): string => new RegExp(`^${key}=(.*)$`, "m").exec(unit)![1]!;
  await checkCommand(value("ExecStart").split(" ").slice(2));
  for (const code of value("RestartPreventExitStatus").split(" "))
    expect(Object.values(exitCodes)).toContain(Number(code));
  expect(value("ExecReload")).toContain("-HUP");
  expect(read("src/app/cli/run-server.ts")).toContain('listenInstead("SIGHUP"');
  const drain = /drain:[^;]*?default\((\d+)\)/.exec(read("src/app/server/settings.ts"))![1];
  expect(Number(value("TimeoutStopSec"))).toBeGreaterThan(Number(drain));
});
