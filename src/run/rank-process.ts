// A process that is one of several ranks on one machine: ranks/launch.ts starts it and sends its orders.
import { drain } from "../generators.ts";
import { trainAsMember } from "../experiment/join-training.ts";
import type { RankOrders } from "../ranks/launch.ts";

// Ctrl-C goes to all processes of a terminal; rank 0 ends the run for all ranks, with a checkpoint.
process.on("SIGINT", () => {});
// Without its owner it is of no use.
process.on("disconnect", () => process.exit(1));

process.once("message", (orders: RankOrders) => void work(orders));

async function work({ place, paths, timeout }: RankOrders): Promise<void> {
  try {
    await drain(trainAsMember(place, paths, { timeout }));
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1));
  }
}
