// Fetches a GPU in software, SwiftShader, so that graphs for --device webgpu run on a machine without a GPU:
//     node scripts/software-gpu.js           prints the folder; tests find it there
//     eval "$(node scripts/software-gpu.js --env)"    for the commands of this shell
//     node scripts/software-gpu.js --for-tests        as `npm test` calls it: without one, says so and exits with 0
// SwiftShader (Apache-2.0) and a Vulkan loader come out of the npm package @sparticuz/chromium, 68 MB of which 3 are kept.
// Linux on x64 only.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

const name = "@sparticuz/chromium@147.0.0";
/** A machine without internet learns so in seconds; a slow one may take two minutes. */
const flags = ["--prefer-offline", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--loglevel=error"];
const longest = 120_000;
const folder = fileURLToPath(new URL("../node_modules/.cache/relata-software-gpu", import.meta.url));
const manifest = join(folder, "icd.json");

/** The environment in which a process finds the software GPU; undefined as long as it was not fetched. */
const softwareGpu = () => (existsSync(manifest) ? { VK_ICD_FILENAMES: manifest, LD_LIBRARY_PATH: folder } : undefined);

function fetchInto(folder) {
  mkdirSync(join(folder, ".."), { recursive: true });
  const work = mkdtempSync(`${folder}-`);
  try {
    const [{ filename }] = JSON.parse(
      execFileSync("npm", ["pack", name, "--json", "--pack-destination", work, ...flags], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        timeout: longest,
        killSignal: "SIGKILL",
      }),
    );
    const inside = "package/bin/swiftshader.tar.br";
    execFileSync("tar", ["-xzf", join(work, filename), "-C", work, inside]);
    writeFileSync(join(work, "swiftshader.tar"), brotliDecompressSync(readFileSync(join(work, inside))));
    const kept = join(work, "kept");
    mkdirSync(kept);
    execFileSync("tar", ["-xf", join(work, "swiftshader.tar"), "-C", kept, "libvk_swiftshader.so", "libvulkan.so.1"]);
    const driver = { library_path: join(folder, "libvk_swiftshader.so"), api_version: "1.3.0" };
    writeFileSync(
      join(kept, "icd.json"),
      `${JSON.stringify({ file_format_version: "1.0.0", ICD: driver }, null, 2)}\n`,
    );
    rmSync(folder, { recursive: true, force: true });
    renameSync(kept, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Opens it as the program does, in a process that starts with its environment. */
function tryOut() {
  const devices = new URL("../dist/runtime/devices.js", import.meta.url).href;
  const program = `const { openDevice } = await import("${devices}"); await (await openDevice("webgpu")).dispose();`;
  execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    env: { ...process.env, ...softwareGpu() },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: longest,
  });
}

/** The last line of a process that failed that is an error, or why it could not be run. */
const reasonOf = (error) => {
  if (error.code === "ETIMEDOUT") return `it took more than ${longest / 1000} s`;
  const lines = String(error.stderr || error.message).split("\n");
  return lines.find((line) => /error/i.test(line)) ?? lines[0];
};

function forTests() {
  try {
    if (!isLinux) throw new Error("it is built for Linux on x64 only");
    if (softwareGpu()) return;
    process.stderr.write(`Fetching a GPU in software for the tests of --device webgpu (${name}, 68 MB, once) …\n`);
    fetchInto(folder);
    tryOut();
  } catch (error) {
    // Tests look for the folder: with a driver that does not open, they would fail.
    rmSync(folder, { recursive: true, force: true });
    process.stderr.write(
      `SKIPPED: training on WebGPU will not be tested, since there is no software GPU: ${reasonOf(error)}\n`,
    );
  }
}

const isLinux = process.platform === "linux" && process.arch === "x64";
if (process.argv.includes("--for-tests")) forTests();
else {
  if (!isLinux) {
    process.stderr.write("The software GPU is built for Linux on x64 only.\n");
    process.exit(69);
  }
  if (!softwareGpu()) fetchInto(folder);
  const lines = Object.entries(softwareGpu()).map(([key, value]) => `export ${key}=${value}`);
  process.stdout.write(`${process.argv.includes("--env") ? lines.join("\n") : folder}\n`);
}
