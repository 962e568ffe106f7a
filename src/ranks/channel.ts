import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { RankLostError } from "../training/rank-lost.ts";
import { bytesOf, decodeHeader, decodePrefix, encodeHead, prefixBytes, type Header, type HeaderOf } from "./frames.ts";

/** A frame that was received. The body is overwritten by the next frame. */
export interface Frame<Type extends Header["type"]> {
  readonly header: HeaderOf<Type>;
  readonly body: ArrayBuffer;
}

/** Before a peer has proved that it knows the secret, it can make nobody allocate memory. */
const beforeProof = { header: 2 ** 16, body: 0 };
const afterProof = { header: 2 ** 26, body: 2 ** 40 };

export interface Peer {
  readonly rank: number;
  /** Its name in messages: "rank 2 (process 77 on host)". */
  readonly name: string;
}

/**
 * Frames to and from one other rank. Nothing is read before it is asked for, so that a fast sender waits. A peer that
 * closes the connection, or sends nothing for `timeout` milliseconds while it is waited for, is lost.
 */
export class Channel {
  peer: Peer;
  readonly #socket: Socket;
  readonly #timeout: number;
  #limit = beforeProof;
  #rest: Uint8Array | undefined;
  #wake: () => void = () => {};
  #hasEnded = false;
  #failure: Error | undefined;
  #scratch = new ArrayBuffer(0);
  /** Milliseconds in which someone else may say why the connection was closed: who watches the peer's process. */
  explainTime = 0;

  constructor(socket: Socket, peer: Peer, timeout: number) {
    this.#socket = socket;
    this.peer = peer;
    this.#timeout = timeout;
    socket.setNoDelay(true);
    // A machine that loses its power says nothing more: the system asks for it, even while this process computes.
    socket.setKeepAlive(true, 15_000);
    socket.on("readable", () => this.#wake());
    for (const event of ["end", "close", "error"])
      socket.on(event, () => {
        this.#hasEnded = true;
        this.#wake();
      });
  }

  /** Lets the peer send large frames, once it has proved that it is one of the ranks. */
  trust(): void {
    this.#limit = afterProof;
  }

  /** Ends the connection with an error that is known from elsewhere; whoever waits for the peer gets it. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  /** Receives the next frame, which has to be one of these. @throws RankLostError */
  async receive<Type extends Header["type"]>(...types: readonly Type[]): Promise<Frame<Type>> {
    for (;;) {
      const { header, body } = await this.#frame();
      if (header.type === "alive") continue;
      if (header.type === "failure") throw this.#lost(`has ended: ${header.message}`);
      if (!(types as readonly string[]).includes(header.type))
        throw this.#lost(`sent "${header.type}" where "${types.join('" or "')}" was expected`);
      return { header: header as HeaderOf<Type>, body };
    }
  }

  /** Sends a frame. Its arrays may be changed once this returns. @throws RankLostError */
  async send(header: Header, body: readonly ArrayBufferView[] = []): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (this.#hasEnded) throw await this.#explained("closed the connection");
    const parts = [encodeHead(header, bytesOf(body)), ...body.filter(({ byteLength }) => byteLength > 0)];
    let watch: NodeJS.Timeout | undefined;
    const sent = new Promise<void>((resolve, reject) => {
      this.#socket.cork();
      for (const [i, { buffer, byteOffset, byteLength }] of parts.entries()) {
        const bytes = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
        if (i < parts.length - 1) this.#socket.write(bytes);
        else this.#socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }
      this.#socket.uncork();
      // A peer that reads nothing any more would be written to forever.
      let left = this.#socket.writableLength;
      watch = setInterval(() => {
        const { writableLength } = this.#socket;
        if (writableLength === left) reject(new Error(`it took no bytes for ${this.#timeout / 1000} seconds`));
        left = writableLength;
      }, this.#timeout);
    });
    try {
      await sent;
    } catch (error) {
      throw await this.#explained(`could not be sent to: ${(error as Error).message}`);
    } finally {
      clearInterval(watch);
    }
  }

  /** Says, without waiting, that this process is at work. */
  sayAlive(): void {
    if (!this.#hasEnded) this.#socket.write(encodeHead({ type: "alive" }, 0));
  }

  /** Closes the connection; with a message, the peer learns why. */
  close(message?: string): void {
    if (message !== undefined && !this.#hasEnded) this.#socket.write(encodeHead({ type: "failure", message }, 0));
    this.#socket.end();
    // Nobody reads any more; without this, what the peer has sent would keep the connection open.
    this.#socket.resume();
    setTimeout(() => this.#socket.destroy(), 1000).unref();
  }

  async #frame(): Promise<{ readonly header: Header; readonly body: ArrayBuffer }> {
    const prefix = await this.#read(new Uint8Array(prefixBytes));
    const lengths = this.#checked(() => decodePrefix(prefix, this.#limit));
    const header = await this.#read(new Uint8Array(lengths.header));
    // Gradients come again and again, with nearly the same length.
    if (this.#scratch.byteLength < lengths.body) this.#scratch = new ArrayBuffer(lengths.body);
    await this.#read(new Uint8Array(this.#scratch, 0, lengths.body));
    return { header: this.#checked(() => decodeHeader(header)), body: this.#scratch };
  }

  #checked<T>(decode: () => T): T {
    try {
      return decode();
    } catch (error) {
      throw this.#lost((error as Error).message);
    }
  }

  /** Fills all of `target`. */
  async #read(target: Uint8Array): Promise<Uint8Array> {
    let at = 0;
    while (at < target.length) {
      if (this.#failure) throw this.#failure;
      const chunk = this.#rest ?? (this.#socket.read() as Uint8Array | null);
      if (!chunk) {
        await this.#more();
        continue;
      }
      const taken = Math.min(chunk.length, target.length - at);
      target.set(chunk.subarray(0, taken), at);
      at += taken;
      this.#rest = taken < chunk.length ? chunk.subarray(taken) : undefined;
    }
    return target;
  }

  /** Waits for bytes. */
  async #more(): Promise<void> {
    if (this.#hasEnded) throw await this.#explained("closed the connection");
    const woken = new Promise<boolean>((resolve) => (this.#wake = () => resolve(true)));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      // If this process itself was held up, the bytes may have come meanwhile: the system is asked once more.
      timer = setTimeout(() => setImmediate(() => setImmediate(() => resolve(false))), this.#timeout);
    });
    const isWoken = await Promise.race([woken, late]);
    clearTimeout(timer);
    if (!isWoken) throw this.#lost(`was silent for ${this.#timeout / 1000} seconds (--rank-timeout)`);
  }

  async #explained(what: string): Promise<Error> {
    const end = performance.now() + this.explainTime;
    while (!this.#failure && performance.now() < end) await pause(20);
    return this.#failure ?? this.#lost(what);
  }

  #lost(what: string): RankLostError {
    return new RankLostError(this.peer.rank, `${this.peer.name} ${what}`);
  }
}
