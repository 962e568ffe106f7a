import type { Command } from "commander";
import { examineMachine, exitCodes, pruneRuntimes, type Examination } from "../../../index.ts";
import { size } from "../render-pull.ts";
import { working, follow, show } from "../work.ts";

export function complete(command: Command): void {
  command
    .option("--json", "print one JSON object")
    .option("--prune", "remove the runtime's binaries for other systems from node_modules, three quarters of its size")
    .action(run);
}

async function run({ json, prune }: { readonly json?: true; readonly prune?: true }): Promise<void> {
  if (prune === true) return removeForeign(json === true);
  await working({ outcome: () => "Not all was looked at." }, async () => {
    const found = await follow(examineMachine(), () => {});
    if (json === true) process.stdout.write(`${JSON.stringify(found)}\n`);
    else for (const line of linesOf(found)) show(line);
    if (found.problems.some(({ severity }) => severity === "error")) process.exitCode = exitCodes.unavailable;
  });
}

async function removeForeign(json: boolean): Promise<void> {
  const removed = await pruneRuntimes();
  const bytes = removed.reduce((sum, one) => sum + one.bytes, 0);
  if (json) process.stdout.write(`${JSON.stringify({ removed, bytes })}\n`);
  else if (removed.length === 0) show("There are no binaries of other systems: nothing to remove.");
  else show(`Removed ONNX Runtime for ${removed.map(({ system }) => system).join(", ")}: ${size(bytes)}.`);
}

function linesOf({ relata, node, runtime, cpu, memory, cache, temporary, current, problems }: Examination): string[] {
  const instructions = Object.entries(cpu.instructions ?? {}).map(([name, has]) => `${has ? "" : "no "}${name}`);
  const cores = cpu.physicalCores === undefined ? "" : `, ${cpu.physicalCores} physical`;
  const disk = ({ folder, free }: Examination["current"]): string =>
    `${folder}${free === undefined ? "" : `, ${size(free)} free`}`;
  const rows: (readonly [string, string])[] = [
    ["relata", relata],
    ["node", `${node.version} (${node.platform}), ${node.path}`],
    ["runtime", `ONNX Runtime ${runtime.version}${runtime.problem === undefined ? "" : ", does not work"}`],
    ["devices", runtime.devices.join(", ") || "none"],
    ...runtime.missing.map(({ name, reason }) => [`no ${name}`, reason] as const),
    ["processor", cpu.name],
    ["threads", `${cpu.threads} usable${cores}`],
    ["instructions", instructions.join(", ") || "unknown"],
    [
      "memory",
      `${size(memory.total)}, ${size(memory.free)} free${memory.limit === undefined ? "" : `, limited to ${size(memory.limit)}`}`,
    ],
    [
      "model cache",
      "problem" in cache
        ? "unknown"
        : `${disk(cache)}, ${cache.exists ? `${size(cache.bytes)} in use` : "not there yet"}`,
    ],
    ["temporary", disk(temporary)],
    ["this folder", disk(current)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    "",
    ...(problems.length === 0 ? ["Nothing is wrong."] : []),
    ...problems.map(({ severity, message, advice }) => `${severity}: ${message} ${advice}`),
  ];
}
