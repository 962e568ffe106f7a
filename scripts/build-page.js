// Bundles src/page, the page of `relata serve`, into dist/page: three files that need no network.
import { build } from "esbuild";
import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Writes dist/page. @throws the errors of esbuild, which it has printed */
export async function buildPage() {
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: "src/page/main.tsx", out: "page" },
      { in: "src/page/style/style.css", out: "page" },
      { in: "src/page/static/static.tsx", out: "static/page" },
      { in: "src/page/style/style.css", out: "static/page" },
      { in: "src/page/static/worker.ts", out: "static/worker" },
      { in: "src/page/static/training-worker.ts", out: "static/training-worker" },
      { in: "src/page/static/gpu.ts", out: "static/gpu" },
      { in: "src/page/static/service-worker.ts", out: "static/service-worker" },
    ],
    outdir: "dist/page",
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: ["es2022", "chrome109", "firefox115", "safari16"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "eof",
    logLevel: "warning",
  });
  copyFileSync(`${root}src/page/index.html`, `${root}dist/page/index.html`);
  copyFileSync(`${root}src/page/static/index.html`, `${root}dist/page/static/index.html`);
  // The files of onnxruntime-web for a CPU and for a GPU, so that users of the page need not install the rest.
  for (const wasm of ["ort-wasm-simd-threaded.wasm", "ort-wasm-simd-threaded.jspi.wasm"])
    copyFileSync(`${root}node_modules/onnxruntime-web/dist/${wasm}`, `${root}dist/page/static/${wasm}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage();
