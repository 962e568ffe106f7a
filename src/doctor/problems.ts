import type { Machine } from "./machine.ts";

/** Something that is wrong with a machine, and how to mend it. */
export interface Problem {
  /** An error keeps Relata from working; a warning makes it slow, or will stop it later. */
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly advice: string;
}

const gib = 2 ** 30;
const leastNode = [20, 19] as const;

/** Finds all that is wrong; errors first. */
export function findProblems(machine: Machine): Problem[] {
  const problems: Problem[] = [];
  const add = (severity: Problem["severity"], message: string, advice: string): void =>
    void problems.push({ severity, message, advice });
  const { node, runtime, cpu, memory, cache, temporary, current } = machine;

  const [major = 0, minor = 0] = node.version.slice(1).split(".").map(Number);
  if (major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1]))
    add("error", `Node ${node.version} is too old.`, `Install Node ${leastNode.join(".")} or newer.`);
  if (runtime.problem !== undefined)
    add(
      "error",
      `ONNX Runtime ${runtime.version} does not work: ${runtime.problem}`,
      "Install Relata's packages anew (npm ci) on this machine: the runtime's library is one for each system. On Alpine Linux take an image with glibc.",
    );
  if (cpu.instructions && cpu.architecture === "x64") {
    if (!cpu.instructions.AVX2)
      add("warning", "The processor has no AVX2.", "Expect a fifth of the usual speed, or use another machine.");
    else if (!cpu.instructions.VNNI)
      add("warning", "The processor has no VNNI.", "--dtype int8 gains little here; leave it out.");
  }
  const free = Math.min(memory.free, memory.limit ?? Infinity);
  if (free < 0.5 * gib)
    add(
      "error",
      `${inGib(free)} of memory are free.`,
      "End other programs, or raise the limit of the container: a small model needs 0.5 GiB.",
    );
  else if (free < 2 * gib)
    add(
      "warning",
      `${inGib(free)} of memory are free.`,
      "Enough for relata-mini; a model of the size of BERT-base needs 2 GiB to train.",
    );
  if ("problem" in cache)
    add("error", `The cache of models is not known: ${cache.problem}`, "Correct the variable that it names.");
  else {
    if (!cache.isWritable)
      add(
        "warning",
        `The cache of models ${cache.folder} cannot be written.`,
        "Models of the hub cannot be fetched: set HF_HUB_CACHE to a folder that can be.",
      );
    if ((cache.free ?? Infinity) < gib)
      add(
        "warning",
        `${inGib(cache.free!)} are free on the disk of the cache of models.`,
        "A model of the size of BERT-base takes 0.5 GiB: remove models, or set HF_HUB_CACHE to another disk.",
      );
  }
  if (!temporary.isWritable)
    add(
      "error",
      `The folder for temporary files ${temporary.folder} cannot be written.`,
      "Set TMPDIR to a folder that can be.",
    );
  if (!current.isWritable)
    add("warning", `The current folder ${current.folder} cannot be written.`, "Give --output a folder that can be.");
  return problems.sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
}

const inGib = (bytes: number): string => `${(bytes / gib).toFixed(1)} GiB`;
