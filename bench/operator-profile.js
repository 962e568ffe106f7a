// The time of a step in ONNX Runtime's own profile, by kind of operator, with the floating-point operations of the
// matrix products, computed from their sizes.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const products = new Set(["MatMul", "Gemm", "FusedMatMul", "FusedGemm"]);

/** Makes every session that `dist` creates from now on write its profile. */
export async function profileSessions(dist) {
  const { InferenceSession } = createRequire(join(dist, "index.js"))("onnxruntime-node");
  const folder = mkdtempSync(join(tmpdir(), "relata-profile-"));
  const create = InferenceSession.create.bind(InferenceSession);
  const sessions = new Set();
  let count = 0;
  InferenceSession.create = async (model, options) => {
    const name = `session-${count++}.`;
    const session = await create(model, {
      ...options,
      enableProfiling: true,
      profileFilePrefix: join(folder, name),
    });
    sessions.add(session);
    // A session that ends before the steps was a trial.
    const release = session.release.bind(session);
    session.release = () => {
      session.endProfiling();
      sessions.delete(session);
      for (const file of readdirSync(folder)) if (file.startsWith(name)) rmSync(join(folder, file));
      return release();
    };
    return session;
  };
  return {
    /**
     * Ends the profiles after `steps` equal steps; returns the costs of one, without the first, which allocates memory.
     */
    end(steps) {
      for (const session of sessions) session.endProfiling();
      try {
        return byKind(readProfiles(folder), steps);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

const readProfiles = (folder) =>
  readdirSync(folder).map((name) =>
    JSON.parse(readFileSync(join(folder, name), "utf8")).filter(
      ({ cat, name: event }) => cat === "Node" && event.endsWith("_kernel_time"),
    ),
  );

/** Sums calls, milliseconds and floating-point operations of products per step, the most expensive kind first. */
function byKind(profiles, steps) {
  const kinds = new Map();
  for (const events of profiles.map(outermost)) {
    for (const { dur, args } of events.slice(Math.floor(events.length / steps))) {
      const kind = kinds.get(args.op_name) ?? { operator: args.op_name, calls: 0, ms: 0, flops: 0 };
      kinds.set(args.op_name, kind);
      kind.calls += 1 / (steps - 1);
      kind.ms += dur / 1000 / (steps - 1);
      if (products.has(args.op_name)) kind.flops += productFlops(args) / (steps - 1);
    }
  }
  return [...kinds.values()].toSorted((a, b) => b.ms - a.ms);
}

/** Leaves out the nodes inside loops, whose time is included in that of the loop. */
function outermost(events) {
  let end = -1;
  return events
    .toSorted((a, b) => a.ts - b.ts || b.dur - a.dur)
    .filter(({ ts, dur, args }) => {
      if (ts < end) return false;
      if (["Scan", "Loop", "If"].includes(args.op_name)) end = ts + dur;
      return true;
    });
}

/** Computes 2·m·k·n for each product [m, k] · [k, n] of a batch; k is the size of the left operand divided by m. */
function productFlops({ op_name: operator, input_type_shape: inputs, output_type_shape: [output] }) {
  const [left] = inputs.map((one) => Object.values(one)[0]);
  const result = Object.values(output)[0];
  const count = result.reduce((total, size) => total * size, 1);
  const inner = (left.at(-1) * left.at(-2)) / result.at(-2);
  if (!Number.isInteger(inner))
    throw new Error(`${operator} of [${left}] to [${result}] is no product that is known here`);
  return 2 * count * inner;
}
