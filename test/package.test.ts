// The package as npm packs it, in a project that has nothing else: by `npm run test:long`, since packing takes its time.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const isLong = process.env["MODE"] === "long";
const root = fileURLToPath(new URL("../", import.meta.url));
let project: string;

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const write = (name: string, text: string): void => writeFileSync(join(project, name), text);

const program = `
const error: Error = new RelataServerError(503, "later");
const client = new RelataClient("http://127.0.0.1:8080", { timeout: 1 });
const formats: Promise<readonly { readonly name: string }[]> = listFormats();
void formats.then((all) => console.log(all.length > 10, error.name, typeof client.relations));
`;
const names = "listFormats, RelataClient, RelataServerError";

describe.runIf(isLong)("installed from its tarball", () => {
  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), "relata-package-"));
    execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", project], { cwd: root, stdio: "ignore" });
    const [tarball] = readdirSync(project).filter((name) => name.endsWith(".tgz"));
    run("tar", "-xzf", tarball!);
    const modules = join(project, "node_modules");
    mkdirSync(modules);
    renameSync(join(project, "package"), join(modules, "relata"));
    // The packages that npm would fetch are those of this checkout.
    for (const name of readdirSync(join(root, "node_modules")))
      symlinkSync(join(root, "node_modules", name), join(modules, name));
    write("package.json", JSON.stringify({ name: "empty", private: true, type: "module" }));
  }, 900_000);
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test("an ECMAScript module imports it, and a program of CommonJS requires it", () => {
    const code = program.replaceAll(/: (?:Error|Promise<.*>)(?= =)/g, "");
    write("a.mjs", `import { ${names} } from "relata";${code}`);
    write("b.cjs", `const { ${names} } = require("relata");${code}`);
    const said = "true RelataServerError function\n";
    expect([run("node", "a.mjs"), run("node", "b.cjs")]).toEqual([said, said]);
    write("c.mjs", 'import { RelataClient } from "relata/client"; console.log(typeof RelataClient);');
    expect(run("node", "c.mjs")).toBe("function\n");
  });

  test.each([
    ["node16", "node16"],
    ["nodenext", "nodenext"],
    ["preserve", "bundler"],
  ])(
    "TypeScript checks it: module %s, resolution %s, --strict",
    (module, resolution) => {
      write(
        "program.mts",
        `import { ${names} } from "relata";\nimport type { RelationModel, TrainResult } from "relata";\n${program}
export type Both = [RelationModel, TrainResult];\n`,
      );
      const flags = ["--strict", "--noEmit", "--target", "es2023", "--lib", "es2023,dom", "--types", "node"];
      expect(
        run(
          "node",
          join(root, "node_modules/typescript/bin/tsc"),
          ...flags,
          "--module",
          module,
          "--moduleResolution",
          resolution,
          "program.mts",
        ),
      ).toBe("");
    },
    300_000,
  );

  test("its program runs, with the model that comes with it", () => {
    expect(run("node", "node_modules/relata/bin/relata.js", "--version")).toMatch(/^\d+\.\d+\.\d+/);
    const { runtime, problems } = JSON.parse(run("node", "node_modules/relata/bin/relata.js", "doctor", "--json")) as {
      runtime: { problem?: string };
      problems: { severity: string }[];
    };
    expect([runtime.problem, problems.filter(({ severity }) => severity === "error")]).toEqual([undefined, []]);
  });
});

test("what the package exports is in the build", () => {
  const listed = JSON.parse(
    execFileSync("node", ["-p", "JSON.stringify(require('./package.json').exports)"], { cwd: root, encoding: "utf8" }),
  ) as Record<string, string | Record<string, string>>;
  for (const target of Object.values(listed).flatMap((one) => (typeof one === "string" ? [one] : Object.values(one))))
    expect(readdirSync(join(root, target, "..")), target).toContain(target.split("/").at(-1));
});

test("docs travel in the package, and an installation from git is built", () => {
  const { files, scripts, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    files: string[];
    scripts: Record<string, string>;
    version: string;
  };
  expect(files).toEqual(
    expect.arrayContaining(["bin", "deploy", "dist", "docs", "examples", "models", "CHANGELOG.md"]),
  );
  for (const file of files.map((one) => one.replace(/^!/, ""))) expect(existsSync(join(root, file)), file).toBe(true);
  expect(scripts["prepare"]).toBe("node scripts/prepare.js");
  expect(readFileSync(join(root, "CHANGELOG.md"), "utf8")).toContain(`\n## ${version}`);
  for (const page of ["docs/systems.md", "docs/tutorials/developer.md", "README.md", "deploy/relata.service"])
    expect(readFileSync(join(root, page), "utf8"), page).toContain(`relata-${version}.tgz`);
});

test.runIf(isLong)(
  "npm would publish code, docs, examples and the encoder, and neither sources nor tests",
  () => {
    const flags = ["--dry-run", "--json", "--ignore-scripts"];
    const text = execFileSync("npm", ["pack", ...flags], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [{ files, size, unpackedSize }] = JSON.parse(text) as [
      { files: { path: string }[]; size: number; unpackedSize: number },
    ];
    const paths = files.map(({ path }) => path);
    for (const path of [
      "README.md",
      "LICENSE",
      "CHANGELOG.md",
      "docs/runs.md",
      "deploy/relata.service",
      "deploy/scoring/slurm.sh",
      "dist/index.js",
      "dist/index.d.ts",
      "bin/relata.js",
    ])
      expect(paths).toContain(path);
    expect(paths.filter((path) => /^(?:src|test|scripts|bench)\/|\.test\.|node_modules/.test(path))).toEqual([]);
    const [, whole, packed] = /takes (\d+) MB \((\d+) MB as a packed file\)/.exec(
      readFileSync(join(root, "docs/systems.md"), "utf8"),
    )!;
    expect(Math.abs(unpackedSize / 1e6 - Number(whole)), `${unpackedSize} bytes`).toBeLessThan(2);
    expect(Math.abs(size / 1e6 - Number(packed)), `${size} bytes`).toBeLessThan(2);
    execFileSync("npm", ["publish", ...flags], { cwd: root, stdio: "ignore" });
  },
  900_000,
);
