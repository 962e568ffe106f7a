// The server's application over HTTP with a stand-in for the model, so that a test chooses what the model does: its answers, how long they take,
// whether it opens. Everything else is the program's own.
import { createRequire } from "node:module";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type * as App from "../../src/app/server/app.ts";
import type * as Annotating from "../../src/app/server/annotate/annotating.ts";
import type * as Closing from "../../src/app/server/closing.ts";
import type { Checked, Engine } from "../../src/app/server/engine.ts";
import type * as Listener from "../../src/app/server/listener.ts";
import type * as Metrics from "../../src/app/server/metrics.ts";
import type * as ServedModel from "../../src/app/server/served-model.ts";
import type * as Settings from "../../src/app/server/settings.ts";
import type { ServeConfig } from "../../src/app/server/settings.ts";
import type { Serving } from "../../src/app/server/route.ts";
import type * as Trainers from "../../src/app/server/training/trainers.ts";
import type * as Library from "../../src/index.ts";

const load = createRequire(import.meta.url);
const from = (file: string): unknown => load(`../../dist/app/server/${file}.js`);
const { makeApp } = from("app") as typeof App;
const { makeHttpServer } = from("listener") as typeof Listener;
const { Answers } = from("closing") as typeof Closing;
const { Served } = from("served-model") as typeof ServedModel;
const { Metrics: Figures } = from("metrics") as typeof Metrics;
const { serveConfig } = from("settings") as typeof Settings;
const { Trainers: AllTrainers } = from("training/trainers") as typeof Trainers;
const { openAnnotating } = from("annotate/annotating") as typeof Annotating;
const { GuestReader } = load("../../dist/index.js") as typeof Library;

export const labels = ["NO_REL", "WHO_DO"];

/** The behaviour of the stand-in: it answers at once unless told otherwise. */
export interface Behaviour {
  opening?: Promise<unknown>;
  answering?: Promise<unknown>;
}

const never = new Promise<never>(() => {});

function engineOf(behaviour: Behaviour): Engine {
  const facts = {
    kind: "pair",
    finds: false,
    labels,
    noRelationLabel: "NO_REL",
    entityTypes: ["PERSON"],
    digest: "0123456789ab",
    trainedWith: {},
    notes: [],
    shownTypes: undefined,
  } as const;
  const predict = ({ id, text, entities, pairs }: Checked): Awaited<ReturnType<Engine["predict"]>>[number] => {
    const all = entities.flatMap((_, head) => entities.flatMap((__, tail) => (head === tail ? [] : [[head, tail]])));
    const relations = (pairs ?? all).map((pair) => ({
      head: pair[0],
      tail: pair[1],
      label: "WHO_DO",
      probability: 0.75,
      probabilities: { NO_REL: 0.25, WHO_DO: 0.75 },
    }));
    const found = entities.map(({ start, end, type }) => ({ start, end, type, text: text.slice(start, end) }));
    return { ...(id === undefined ? {} : { id }), text, entities: found, relations } as never;
  };
  let close = (): void => {};
  const closed = new Promise<never>((_, reject) => (close = () => reject(new Error("closed"))));
  closed.catch(() => {});
  const work = (): Promise<unknown> => Promise.race([behaviour.answering, closed]);
  return {
    facts,
    predict: async (inputs) => {
      await work();
      return inputs.map(predict);
    },
    explain: async (_, { head, tail }) => {
      await work();
      return { head, tail, label: "WHO_DO", against: "NO_REL", evidence: 1, words: [], types: 0, others: 0 };
    },
    lost: never,
    close: () => {
      close();
      return Promise.resolve();
    },
  };
}

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the headers alone, and never the body that they announce. */
  readonly isHeld?: boolean;
}
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const running: StandIn[] = [];
/** Its thread costs more than all servers together. */
const reader = new GuestReader();
export const closeAll = (): Promise<unknown> =>
  Promise.all([reader.close(), ...running.splice(0).map((one) => one.close())]);

export class StandIn {
  readonly behaviour: Behaviour = {};
  readonly bugs: unknown[] = [];
  readonly log: string[] = [];
  port!: number;
  serving!: Serving;
  #server!: Server;

  /**
   * @param isOpen whether the models are open
   * @param change what its application sees otherwise
   */
  static async start(
    names: readonly string[],
    given: Partial<ServeConfig> = {},
    isOpen = true,
    change: (serving: Serving) => Partial<Serving> = () => ({}),
  ): Promise<StandIn> {
    const one = new StandIn();
    const config = serveConfig.parse({ port: 0, ...given });
    const log = (line: string): void => void one.log.push(line);
    const open = async (): Promise<Engine> => {
      await one.behaviour.opening;
      return engineOf(one.behaviour);
    };
    const models = names.map(
      (name) => new Served({ ...config, name, source: name, open, onBatch: () => {}, onLost: () => {} }),
    );
    if (isOpen) for (const model of models) await model.start();
    const { trained } = config;
    const serving: Serving = {
      config,
      models: new Map(models.map((model) => [model.name, model])),
      metrics: new Figures(() => models),
      annotating: config.annotate === undefined ? undefined : await openAnnotating(config, models[0]!, log),
      isStopping: () => false,
      reader,
      trainers: trained === undefined ? undefined : new AllTrainers(models, { ...config, trained }, log),
      log,
    };
    one.serving = { ...serving, ...change(serving) };
    const app = makeApp(one.serving, (bug) => one.bugs.push(bug));
    one.#server = makeHttpServer(app.fetch, new Answers());
    one.port = await listen(one.#server);
    running.push(one);
    return one;
  }

  send({ method, path, body, headers = {}, isHeld = false }: Sent): Promise<Answer> {
    const payload = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const type = body === undefined ? {} : { "content-type": "application/json" };
    return new Promise((resolve, reject) => {
      const sent = request({ port: this.port, method, path, headers: { ...type, ...headers } }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => {
          resolve({ status: response.statusCode!, headers: response.headers, text });
          if (isHeld) sent.destroy();
        });
      });
      sent.on("error", reject);
      if (isHeld) sent.flushHeaders();
      else sent.end(payload);
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    const { models, trainers, annotating } = this.serving;
    await annotating?.close().catch(() => {});
    await Promise.all([...[...models.values()].map((model) => model.close(0)), trainers?.close()]);
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** An annotation tool that takes requests and never answers; with its address. */
export async function silentTool(): Promise<string> {
  const server = createServer(() => {});
  server.unref();
  return `http://127.0.0.1:${await listen(server)}`;
}
