import { getHeapStatistics } from "node:v8";

const mebibytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MiB`;

/** Says how much Node may hold here, and how to let it hold more or need less. */
export function memoryAdvice(): string {
  return (
    `Node may use ${mebibytes(getHeapStatistics().heap_size_limit)} for JavaScript's objects here. ` +
    "Give it more (NODE_OPTIONS=--max-old-space-size=4096, in MiB), or less to hold: fewer documents at a time, " +
    "fewer pairs a document (--max-pairs)."
  );
}
