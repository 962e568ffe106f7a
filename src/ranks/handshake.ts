import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { hostname } from "node:os";
import { versions } from "../version.ts";
import type { Channel } from "./channel.ts";

/** The settings of the run, as the root has completed them. */
export type SentSettings = Readonly<Record<string, unknown>>;

/** Both sides prove that they know the secret without sending it. */
const proofOf = (token: string, ...words: readonly string[]): string =>
  createHmac("sha256", token).update(JSON.stringify(words)).digest("hex");

const isProof = (given: string, expected: string): boolean =>
  given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));

const version = `${versions.relata} with onnxruntime-node ${versions.onnxruntime}`;

/** Who this process is, in messages of others. */
const thisProcess = (): string => `process ${process.pid} on ${hostname()}`;

/** Joins as one of the ranks. @throws RankLostError if the root is another one, or refuses */
export async function joinAs(
  channel: Channel,
  { rank, size, token }: { readonly rank: number; readonly size: number; readonly token: string },
): Promise<SentSettings> {
  const { nonce } = (await channel.receive("challenge")).header;
  const own = randomBytes(16).toString("hex");
  const proof = proofOf(token, "member", nonce, String(rank));
  await channel.send({ type: "hello", rank, size, process: thisProcess(), version, nonce: own, proof });
  const { header } = await channel.receive("welcome");
  if (!isProof(header.proof, proofOf(token, "root", own)))
    throw new Error("it does not know the secret of the ranks, so that it is no rank 0 of this run");
  channel.trust();
  return header.settings;
}

/**
 * Lets a process that has connected join as one of the ranks, and names its channel.
 * @param refuses gives a reason not to take this rank
 * @throws Error with the reason for which it was refused, which it has been sent too
 */
export async function admit(
  channel: Channel,
  run: { readonly size: number; readonly token: string; readonly settings: SentSettings },
  refuses: (rank: number) => string | undefined,
): Promise<void> {
  const nonce = randomBytes(16).toString("hex");
  await channel.send({ type: "challenge", nonce });
  const { rank, size, process, nonce: theirs, proof, version: itsVersion } = (await channel.receive("hello")).header;
  const reason = !isProof(proof, proofOf(run.token, "member", nonce, String(rank)))
    ? "the secret of the ranks is another one"
    : itsVersion !== version
      ? `it is Relata ${itsVersion}, and rank 0 is Relata ${version}`
      : size !== run.size
        ? `it was started as one of ${size} ranks, and rank 0 as one of ${run.size}`
        : refuses(rank);
  if (reason !== undefined) {
    channel.close(`refused by rank 0: ${reason}`);
    throw new Error(`${process} was refused as rank ${rank}: ${reason}`);
  }
  channel.peer = { rank, name: `rank ${rank} of ${size} (${process})` };
  channel.trust();
  await channel.send({ type: "welcome", proof: proofOf(run.token, "root", theirs), settings: run.settings });
}
