import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { ParameterSpec, Weights } from "../nn/parameters.ts";
import type { RankGroup } from "../training/rank-group.ts";
import { RankLostError } from "../training/rank-lost.ts";
import type { TrainingState } from "../training/state.ts";
import type { Step } from "../training/training-session.ts";
import { Channel } from "./channel.ts";
import type { RunFacts } from "./frames.ts";
import { gradientFrame, stepOf } from "./gradient-frame.ts";
import { joinAs, type SentSettings } from "./handshake.ts";
import type { RemoteRank } from "./place.ts";
import { aliveInterval } from "./root.ts";
import { takeState } from "./state-frame.ts";

/** A rank other than 0: it computes its share, and takes every sum and every decision from rank 0. */
export class MemberGroup implements RankGroup {
  readonly rank: number;
  readonly size: number;
  /** The settings of the run, as rank 0 has them. */
  readonly settings: SentSettings;
  readonly #root: Channel;
  /** Until this rank is ready: rank 0 may wait for it. */
  readonly #signs: NodeJS.Timeout;

  private constructor({ rank, size }: RemoteRank, root: Channel, settings: SentSettings) {
    this.rank = rank;
    this.size = size;
    this.settings = settings;
    this.#signs = setInterval(() => root.sayAlive(), aliveInterval);
    this.#root = root;
  }

  /** Connects to rank 0, which may start later. @throws RankLostError if it does not answer, or refuses */
  static async join(place: RemoteRank, timeout: number): Promise<MemberGroup> {
    const { host, port } = place;
    const name = `rank 0 (${host}:${port})`;
    const root = new Channel(await connected(place, timeout), { rank: 0, name }, timeout);
    try {
      return new MemberGroup(place, root, await joinAs(root, place));
    } catch (error) {
      root.close();
      throw error instanceof RankLostError ? error : new RankLostError(0, `${name}: ${(error as Error).message}`);
    }
  }

  /** Says what this rank has read, and takes weights and state from rank 0. */
  async begin(facts: RunFacts, weights: Weights, specs: readonly ParameterSpec[]): Promise<TrainingState | undefined> {
    clearInterval(this.#signs);
    await this.#root.send({ type: "ready", facts });
    return takeState(await this.#root.receive("state"), weights, specs);
  }

  async sum(step: Step | undefined): Promise<Step | undefined> {
    await this.#root.send(...gradientFrame(step));
    return stepOf(await this.#root.receive("gradients"));
  }

  async fromRoot(): Promise<number> {
    const { body } = await this.#root.receive("number");
    return new Float64Array(body, 0, 1)[0]!;
  }

  /** The value of an evaluation by rank 0; undefined if it has left it. Rank 0 compares the weights with its own. */
  async evaluated(sha256: string): Promise<number | undefined> {
    await this.#root.send({ type: "digest", sha256 });
    const { header, body } = await this.#root.receive("number", "left");
    return header.type === "left" ? undefined : new Float64Array(body, 0, 1)[0]!;
  }

  /** Closes the connection; with an error, rank 0 learns why. */
  close(error?: unknown): void {
    clearInterval(this.#signs);
    this.#root.close(error instanceof Error ? error.message : undefined);
  }
}

async function connected({ host, port }: RemoteRank, timeout: number): Promise<Socket> {
  const end = performance.now() + timeout;
  for (;;) {
    try {
      return await new Promise<Socket>((resolve, reject) => {
        const socket = connect(port, host);
        socket.once("error", reject);
        socket.once("connect", () => {
          socket.off("error", reject);
          // An error of a connection is that of whoever reads from it.
          socket.on("error", () => {});
          resolve(socket);
        });
      });
    } catch (error) {
      if (performance.now() > end)
        throw new RankLostError(
          0,
          `rank 0 does not answer at ${host}:${port} (${(error as Error).message}), which was tried for ${timeout / 1000} seconds (--rank-timeout)`,
        );
      await pause(200);
    }
  }
}
