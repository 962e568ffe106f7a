import { rmSync } from "node:fs";
import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import type { UnfinishedFile } from "../files/temporary.ts";

/**
 * Removes the files that a thread has not finished. Their names wait in the port until they are read, so that they can
 * be read without waiting, also in a process that is about to end.
 */
export function removeUnfinishedOf(port: MessagePort): void {
  const left = new Set<string>();
  for (let one = receiveMessageOnPort(port); one; one = receiveMessageOnPort(port)) {
    const { path, isFinished } = one.message as UnfinishedFile;
    if (isFinished) left.delete(path);
    else left.add(path);
  }
  for (const path of left) rmSync(path, { recursive: true, force: true });
}
