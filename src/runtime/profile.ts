import { createReadStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The time of the nodes that share a name or an op, in milliseconds. */
interface Spent {
  ms: number;
  calls: number;
}

/** The place where ONNX Runtime writes the time of each node, until it has been read. */
export class ProfileFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<ProfileFolder> {
    return new ProfileFolder(await mkdtemp(join(tmpdir(), "relata-profile-")));
  }

  /** The start of the names of its files. */
  get prefix(): string {
    return join(this.path, "session");
  }

  /** Reads a session's profile, after it has ended, and removes it. */
  async read(title: string): Promise<string> {
    try {
      const [name] = await readdir(this.path);
      if (name === undefined) return `profile of ${title}: ONNX Runtime wrote none`;
      return await summarize(title, join(this.path, name));
    } finally {
      await rm(this.path, { recursive: true, force: true });
    }
  }
}

async function summarize(title: string, file: string): Promise<string> {
  const ops = new Map<string, Spent>();
  const nodes = new Map<string, Spent>();
  // Read line by line, an event each: of a million events, the whole file may be longer than a string can be.
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const event = /"name" ?:"(.*)_kernel_time"/.exec(line)?.[1];
    const ms = Number(/"dur" ?:(\d+)/.exec(line)?.[1]) / 1000;
    const op = /"op_name" ?: ?"([^"]*)"/.exec(line)?.[1];
    if (event === undefined || op === undefined) continue;
    spend(ops, op, ms);
    spend(nodes, event, ms);
  }
  const total = [...ops.values()].reduce((sum, { ms }) => sum + ms, 0);
  return [
    `profile of ${title}: ${total.toFixed(1)} ms in kernels`,
    ...table(ops, total, Infinity),
    "slowest nodes",
    ...table(nodes, total, 20),
  ].join("\n");
}

function spend(times: Map<string, Spent>, key: string, ms: number): void {
  const spent = times.get(key) ?? { ms: 0, calls: 0 };
  times.set(key, spent);
  spent.ms += ms;
  spent.calls++;
}

function table(times: ReadonlyMap<string, Spent>, total: number, most: number): string[] {
  const rows = [...times].sort(([, a], [, b]) => b.ms - a.ms).slice(0, most);
  return rows.map(([name, { ms, calls }]) => {
    const share = total === 0 ? 0 : (100 * ms) / total;
    return `  ${ms.toFixed(1).padStart(10)} ms  ${share.toFixed(1).padStart(5)} %  ${String(calls).padStart(7)} calls  ${name}`;
  });
}
