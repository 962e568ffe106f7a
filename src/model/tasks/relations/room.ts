import { freemem } from "node:os";
import { getHeapStatistics } from "node:v8";
import type { PairCost } from "./pair-budget.ts";

/** The bytes that Node may still take for JavaScript's objects. */
const freeHeap = (): number => {
  const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics();
  return Math.max(0, limit - used);
};

/** The memory of the machine, or of the container that the process runs in. */
const memoryLeft = (): number => process.availableMemory?.() ?? freemem();

/** The memory that this process may still take. */
export const roomNow = (): PairCost => ({ heap: freeHeap(), outside: memoryLeft() });
