import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { UnavailableError, UsageError } from "../errors.ts";
import { OutputFolder, prepareOutputFolder } from "./output-folder.ts";

const root = mkdtempSync(join(tmpdir(), "relata-output-"));
afterAll(() => rmSync(root, { recursive: true }));

describe("OutputFolder", () => {
  it("leaves no folder behind that it made and nothing was written to, and only such", async () => {
    mkdirSync(join(root, "kept"));
    await (await OutputFolder.open(join(root, "kept", "runs", "first"))).release();
    expect(readdirSync(join(root, "kept"))).toEqual([]);
    await (await OutputFolder.open(join(root, "kept"))).release();
    expect(readdirSync(join(root, "kept"))).toEqual([]);

    const [first, second] = [join(root, "kept", "runs", "first"), join(root, "kept", "runs", "second")];
    const outputs = [await OutputFolder.open(first), await OutputFolder.open(second)];
    writeFileSync(join(second, "model"), "weights");
    for (const output of outputs) await output.release();
    expect([existsSync(first), readdirSync(second)]).toEqual([false, ["model"]]);
  });
});

describe("prepareOutputFolder", () => {
  it("makes a folder and the folders above it, and leaves it empty", async () => {
    const folder = join(root, "runs", "first");
    await prepareOutputFolder(folder);
    await prepareOutputFolder(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses a folder that holds something, naming it and the flag", async () => {
    const folder = join(root, "full");
    await prepareOutputFolder(folder);
    for (const name of ["b", "a", "d", "c"]) writeFileSync(join(folder, name), "mine");
    const refused = prepareOutputFolder(folder);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(`${folder} is not empty: it holds a, b, c and 1 more`);
    await expect(refused).rejects.toThrow("--overwrite");
    await prepareOutputFolder(folder, { overwrite: true });
    expect(readdirSync(folder)).toEqual(["a", "b", "c", "d"]);
  });

  it("does not let a README of somebody else's be replaced", async () => {
    const folder = join(root, "project");
    await prepareOutputFolder(folder);
    writeFileSync(join(folder, "README.md"), "# My thesis\n");
    const refused = prepareOutputFolder(folder, { overwrite: true });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow("README.md");
    expect(readFileSync(join(folder, "README.md"), "utf8")).toBe("# My thesis\n");
    writeFileSync(join(folder, "README.md"), "---\nlicense: mit\nlibrary_name: relata\n---\n# A model\n");
    await prepareOutputFolder(folder, { overwrite: true });
  });

  // Permissions stop nobody who is root, so these are places where not even root can write.
  const places: [what: string, folder: string][] = [
    ["below a file", join(root, "file", "folder")],
    ["that is a file", join(root, "file")],
  ];
  if (existsSync("/proc/self")) places.push(["where the system lets nobody write", "/proc/relata"]);
  it.each(places)("finds out that nothing can be written %s", async (_, folder) => {
    writeFileSync(join(root, "file"), "a file");
    const refused = prepareOutputFolder(folder, { overwrite: true });
    await expect(refused).rejects.toThrow(UnavailableError);
    await expect(refused).rejects.toThrow(`${folder} cannot be written`);
  });

  it.runIf(existsSync("/proc/self/task"))("finds out that an existing folder takes no files", async () => {
    await expect(prepareOutputFolder("/proc/self/task", { overwrite: true })).rejects.toThrow(UnavailableError);
  });
});
