import { formatGraph, type Graph } from "../autodiff/index.ts";
import { nameGraph } from "../autodiff/graph.ts";
import { errorAt, formatNodeWithOperands } from "../autodiff/print.ts";
import { lower, type LowerOptions } from "../onnx/lower.ts";
import { debugWords, printDebug } from "../debug.ts";
import { versions } from "../version.ts";
import { checkFeeds, formatFeed, wordSizes } from "./check-feeds.ts";
import { ProfileFolder } from "./profile.ts";
import {
  createInPlaceSession,
  createSession,
  type InferenceSession,
  type InPlaceSession,
  type SessionOptions,
} from "./session.ts";
import type { Feeds } from "./values.ts";

export interface CompileOptions extends SessionOptions {
  /** Weights that the session holds, by the name of their graph input; they are not fed. */
  readonly initializers?: LowerOptions["initializers"];
}

/** Makes a session of the bytes of an ONNX model. */
type Create<Session> = (model: Uint8Array, options: SessionOptions) => Promise<Session>;

/** Compiles a graph to a session; errors of a run name the node, its operands and the sizes that were fed. */
export async function compile(
  graph: Graph,
  options: CompileOptions = {},
  create: Create<InferenceSession> = createSession,
): Promise<InferenceSession> {
  const { session, watch } = await start(graph, options, create);
  return { run: (feeds) => watch.attend(feeds, () => session.run(feeds)), dispose: () => watch.end(session) };
}

/** Compiles a graph whose outputs are large: they are written into the given arrays (`InPlaceSession`). */
export async function compileInPlace(
  graph: Graph,
  options: CompileOptions = {},
  create: Create<InPlaceSession> = createInPlaceSession,
): Promise<InPlaceSession> {
  const { session, watch } = await start(graph, options, create);
  return {
    runInto: (feeds, outputs) => watch.attend(feeds, () => session.runInto(feeds, outputs)),
    dispose: () => watch.end(session),
  };
}

async function start<Session>(
  graph: Graph,
  { initializers, ...options }: CompileOptions,
  create: Create<Session>,
): Promise<{ session: Session; watch: Watch }> {
  const debug = debugWords();
  if (debug.has("graph")) printDebug(formatGraph(graph));
  const profile = debug.has("profile") ? await ProfileFolder.create() : undefined;
  const model = lower(graph, { ...(initializers && { initializers }), producerVersion: versions.relata });
  const session = await create(model, profile ? { ...options, profilePrefix: profile.prefix } : options);
  return { session, watch: new Watch(graph, debug.has("feeds"), profile) };
}

/** Checks the feeds of a session, explains its failures, and prints what RELATA_DEBUG asks for. */
class Watch {
  readonly #graph: Graph;
  readonly #profile: ProfileFolder | undefined;
  /** The arrays that were printed, since weights are fed at every run; undefined if feeds are not printed. */
  readonly #printed: WeakSet<object> | undefined;

  constructor(graph: Graph, printsFeeds: boolean, profile: ProfileFolder | undefined) {
    this.#graph = graph;
    this.#printed = printsFeeds ? new WeakSet() : undefined;
    this.#profile = profile;
  }

  async attend<T>(feeds: Feeds, run: () => Promise<T>): Promise<T> {
    checkFeeds(this.#graph, feeds);
    if (this.#printed) this.#print(feeds, this.#printed);
    try {
      return await run();
    } catch (error) {
      throw failureOf(this.#graph, feeds, error);
    }
  }

  async end(session: { dispose(): Promise<void> }): Promise<void> {
    await session.dispose();
    if (this.#profile) printDebug(await this.#profile.read(this.#graph.name));
  }

  #print(feeds: Feeds, printed: WeakSet<object>): void {
    const lines = [...feeds].flatMap(([name, value]) => (printed.has(value.data) ? [] : [formatFeed(name, value)]));
    for (const { data } of feeds.values()) printed.add(data);
    const same = feeds.size - lines.length;
    printDebug(
      [`feeds of ${this.#graph.name}`, ...lines, ...(same > 0 ? [`and ${same} arrays as before`] : [])].join("\n  "),
    );
  }
}

/**
 * Adds the operands and the sizes of the batch to ONNX Runtime's error, which names the failed node. Other errors stay
 * as they are.
 */
function failureOf(graph: Graph, feeds: Feeds, error: unknown): unknown {
  const id = error instanceof Error ? /Name:'([^']*)'/.exec(error.message)?.[1] : undefined;
  const node = id === undefined ? undefined : formatNodeWithOperands(id, nameGraph(graph));
  if (node === undefined) return error;
  const sizes = wordSizes(graph, feeds);
  return errorAt(
    error,
    `${node}\n  with ${[...sizes].map(([word, size]) => `${word} = ${size}`).join(", ")}`,
    `${graph.name}: `,
  );
}
