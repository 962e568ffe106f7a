import { createServer, type Server, type Socket } from "node:net";
import { UnavailableError } from "../errors.ts";
import type { ParameterSpec, Weights } from "../nn/parameters.ts";
import type { RankGroup } from "../training/rank-group.ts";
import { RankLostError } from "../training/rank-lost.ts";
import type { TrainingState } from "../training/state.ts";
import { StepSum } from "../training/step-sum.ts";
import type { Step } from "../training/training-session.ts";
import { requireSameFacts } from "./agreement.ts";
import { Channel } from "./channel.ts";
import type { RunFacts } from "./frames.ts";
import { gradientFrame, stepOf } from "./gradient-frame.ts";
import { admit, type SentSettings } from "./handshake.ts";
import { stateFrame } from "./state-frame.ts";

export interface RootOptions {
  readonly size: number;
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly token: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly settings: SentSettings;
  /** Milliseconds in which `fail` may say why a connection was closed. */
  readonly explainTime?: number | undefined;
}

/** Milliseconds that a process which has connected has to say who it is. */
const handshakeTime = 10_000;
/** Milliseconds between two signs of life of a rank that prepares or waits for others to. */
export const aliveInterval = 1000;

/**
 * Rank 0: the others connect to it. It adds up what they send, in the order of the ranks and in pairs, and sends the sum to all, so
 * that every rank has the same bits, and the same at every repetition.
 */
export class RootGroup implements RankGroup {
  readonly rank = 0;
  readonly size: number;
  readonly port: number;
  readonly #options: RootOptions;
  readonly #server: Server;
  /** By rank, without rank 0. */
  readonly #members = new Map<number, Channel>();
  #refusals: string[] = [];
  #failure: Error | undefined;
  #joined: () => void = () => {};
  /** Until the first step: the others wait for this rank to prepare, and for each other. */
  readonly #signs = setInterval(() => this.sayAlive(), aliveInterval);

  private constructor(options: RootOptions, server: Server) {
    this.#options = options;
    this.size = options.size;
    this.#server = server;
    this.port = (server.address() as { port: number }).port;
    server.on("connection", (socket) => void this.#meet(socket));
  }

  /** Listens for the other ranks. @throws UnavailableError if the port is taken */
  static async listen(options: RootOptions): Promise<RootGroup> {
    return new RootGroup(options, await listening(options.host, options.port));
  }

  /** Waits until all ranks have joined. @throws RankLostError that names those that have not */
  async #complete(): Promise<void> {
    const { size, timeout } = this.#options;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#joined();
    }, timeout);
    try {
      while (this.#members.size < size - 1) {
        if (this.#failure) throw this.#failure;
        if (isLate) throw this.#incomplete();
        await new Promise<void>((resolve) => (this.#joined = resolve));
      }
    } finally {
      clearTimeout(timer);
    }
    this.#server.close();
  }

  /** Waits until every rank has joined and is prepared, compares what they have read, and gives them weights and state. */
  async begin(
    facts: RunFacts,
    weights: Weights,
    specs: readonly ParameterSpec[],
    training: TrainingState | undefined,
  ): Promise<void> {
    await this.#complete();
    for (const channel of this.#channels()) {
      const { header } = await channel.receive("ready");
      requireSameFacts(facts, header.facts, channel.peer.name);
    }
    clearInterval(this.#signs);
    const frame = stateFrame(weights, specs, training);
    await this.#sendAll((channel) => channel.send(...frame));
  }

  async sum(step: Step | undefined): Promise<Step | undefined> {
    const sums = new StepSum();
    let isStopping = step === undefined;
    if (step) sums.add(step, true);
    for (const channel of this.#channels()) {
      const theirs = stepOf(await channel.receive("gradients"));
      if (!theirs) isStopping = true;
      else sums.add(theirs);
    }
    const sum = isStopping ? undefined : sums.total;
    const frame = gradientFrame(sum);
    await this.#sendAll((channel) => channel.send(...frame));
    return sum;
  }

  async fromRoot(compute: () => Promise<number>): Promise<number> {
    const value = await compute();
    await this.#sendAll((channel) => channel.send({ type: "number" }, [Float64Array.of(value)]));
    return value;
  }

  /** @throws RankLostError for a rank whose weights are not these */
  async requireSameWeights(sha256: string): Promise<void> {
    for (const channel of this.#channels()) {
      const { header } = await channel.receive("digest");
      if (header.sha256 === sha256) continue;
      const { rank, name } = channel.peer;
      throw new RankLostError(
        rank,
        `the weights of ${name} are no longer those of rank 0, as the same steps must give`,
      );
    }
  }

  /** Lets the others know that an evaluation was left. */
  async leaveEvaluation(): Promise<void> {
    await this.#sendAll((channel) => channel.send({ type: "left" }));
  }

  sayAlive(): void {
    for (const channel of this.#members.values()) channel.sayAlive();
  }

  /** Ends the run with an error that is known from elsewhere: a process that has ended. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const channel of this.#members.values()) channel.fail(error);
    this.#joined();
  }

  /** Closes all connections; with an error, the other ranks learn why. */
  close(error?: unknown): void {
    this.#server.close();
    clearInterval(this.#signs);
    const message = error instanceof Error ? error.message : undefined;
    for (const channel of this.#members.values()) channel.close(message);
  }

  async #meet(socket: Socket): Promise<void> {
    const address = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? "?"}`;
    // An error of a connection is that of whoever reads from it.
    socket.on("error", () => {});
    const channel = new Channel(socket, { rank: -1, name: address }, this.#options.timeout);
    channel.explainTime = this.#options.explainTime ?? 0;
    const timer = setTimeout(() => socket.destroy(), handshakeTime);
    try {
      await admit(channel, this.#options, (rank) => {
        if (rank === 0 || rank >= this.size) return `there are ranks 1 to ${this.size - 1} to join`;
        if (this.#members.has(rank)) return `${this.#members.get(rank)!.peer.name} has joined already`;
        this.#members.set(rank, channel);
        return undefined;
      });
    } catch (error) {
      this.#refusals.push((error as Error).message);
      socket.destroySoon();
    } finally {
      clearTimeout(timer);
      this.#joined();
    }
  }

  #incomplete(): RankLostError {
    const missing = Array.from({ length: this.size - 1 }, (_, i) => i + 1).filter((rank) => !this.#members.has(rank));
    const refused = this.#refusals.length > 0 ? `; ${this.#refusals.slice(-3).join("; ")}` : "";
    const wait = `${this.#options.timeout / 1000} seconds (--rank-timeout)`;
    return new RankLostError(
      missing[0]!,
      `rank ${missing.join(", ")} of ${this.size} did not join at port ${this.port} within ${wait}${refused}`,
    );
  }

  #channels(): Channel[] {
    return [...this.#members].sort(([a], [b]) => a - b).map(([, channel]) => channel);
  }

  async #sendAll(send: (channel: Channel) => Promise<void>): Promise<void> {
    await Promise.all(this.#channels().map(send));
  }
}

/** Listens at a host, or, if its name belongs to a gateway of this machine, at all addresses. */
async function listening(host: string, port: number): Promise<Server> {
  const attempt = (address: string | undefined): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer({ pauseOnConnect: false });
      server.once("error", reject);
      server.listen(port, address, () => resolve(server));
    });
  try {
    return await attempt(host).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "EADDRNOTAVAIL") return attempt(undefined);
      throw error;
    });
  } catch (error) {
    throw new UnavailableError(
      `Rank 0 cannot listen at ${host}:${port}: ${(error as Error).message}. Give the address of this machine and a free port.`,
      { cause: error },
    );
  }
}
