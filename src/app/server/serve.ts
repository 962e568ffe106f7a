import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { basename, resolve } from "node:path";
import { existsSync } from "node:fs";
import { GuestReader, UnavailableError, UsageError, type PredictOptions } from "../../index.ts";
import { openAnnotating, type Annotating } from "./annotate/annotating.ts";
import { Trainers } from "./training/trainers.ts";
import { makeApp } from "./app.ts";
import { Answers, closeGently } from "./closing.ts";
import { makeHttpServer } from "./listener.ts";
import { Metrics } from "./metrics.ts";
import { inProcesses, inThisProcess } from "./open-engine.ts";
import { Served } from "./served-model.ts";
import type { ServeConfig } from "./settings.ts";

export interface NamedSource {
  readonly name: string;
  readonly source: string;
}

/**
 * Reads the models of a command line: `NAME=FOLDER`, or a folder or repository whose last part is the name.
 * @throws UsageError for a name that is there twice, or that no path can have
 */
export function namedModels(given: readonly string[]): NamedSource[] {
  const models = given.map((text): NamedSource => {
    const [, name, source] = /^([\w.-]+)=(.+)$/.exec(text) ?? [];
    if (name !== undefined && source !== undefined && !existsSync(text)) return { name, source };
    return { name: basename(existsSync(text) ? resolve(text) : text.replace(/@[^@/]*$/, "")), source: text };
  });
  for (const [i, { name }] of models.entries()) {
    if (!/^[\w.-]+$/.test(name) || name === "." || name === "..")
      throw new UsageError(`"${name}" cannot be the name of a model in a path. Give it one: NAME=FOLDER.`);
    if (models.findIndex((other) => other.name === name) < i)
      throw new UsageError(`Two models have the name ${name}. Give each its own: NAME=FOLDER.`);
  }
  return models;
}

export interface RunningServer {
  /** For example `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Resolves once every model is warm. @throws the error of a model that does not open */
  readonly ready: Promise<void>;
  /** Opens all folders anew; failures are logged, and the former models go on. */
  reload(): Promise<void>;
  /** Takes no new connections, answers what was accepted within the drain time, and frees everything. */
  stop(): Promise<void>;
}

/**
 * Starts the server: it listens at once, and is ready when all models are warm.
 * @throws UnavailableError if the address cannot be listened on
 */
export async function serve(
  named: readonly NamedSource[],
  config: ServeConfig,
  log: (line: string) => void,
): Promise<RunningServer> {
  const { base, entities, noRelationLabel, maxPairs, dtype, device, threads } = config;
  const predict: PredictOptions = { entities, noRelationLabel, maxPairs, dtype, device, threads };
  const open = (config.inProcess ? inThisProcess : inProcesses)({ predict, base });
  let stopping: Promise<void> | undefined;
  const models = new Map<string, Served>();
  const metrics = new Metrics(() => [...models.values()]);
  for (const { name, source } of named)
    models.set(
      name,
      new Served({
        name,
        source,
        maxQueue: config.maxQueue,
        batchTokens: config.batchTokens,
        open,
        onBatch: (batch) => metrics.batch(name, batch),
        onLost: (reason) => {
          metrics.lost(name);
          log(`model ${name}: ${reason}; it is started again`);
        },
      }),
    );
  const isStopping = (): boolean => stopping !== undefined;
  const { trained } = config;
  const trainers = trained === undefined ? undefined : new Trainers(models.values(), { ...config, trained }, log);
  const reader = new GuestReader();
  const annotating = await openIfWanted(config, [...models.values()], log);
  const app = makeApp({ config, models, metrics, annotating, isStopping, reader, trainers, log }, (error) =>
    log(`a bug: ${error instanceof Error ? error.stack : String(error)}`),
  );
  const answers = new Answers();
  const server = makeHttpServer(app.fetch, answers);
  await listen(server, config).catch(async (error: unknown) => {
    await annotating?.close();
    throw error;
  });
  const ready = startAll([...models.values()], trainers, log);
  // The caller may stop the server before it asks.
  ready.then(
    () => annotating?.project.refresh(),
    () => {},
  );

  async function stop(): Promise<void> {
    const closeModels = (patience: number): Promise<unknown> =>
      Promise.all([...models.values()].map((model) => model.close(patience)));
    const lost = await closeGently(server, answers, config.drain * 1000, () => void closeModels(0));
    const cut = lost === 0 ? "" : ` ${lost} were cut off, because they took longer than --drain ${config.drain}.`;
    log(`Stopped: ${answers.given} requests were answered.${cut}`);
    await annotating?.close();
    await Promise.all([closeModels(5000), trainers?.close(), reader.close()]);
  }

  return {
    url: urlOf(config.host, (server.address() as AddressInfo).port),
    ready,
    stop: () => (stopping ??= stop()),
    reload: async () => {
      for (const model of models.values())
        await model.reload().then(
          (version) => log(`model ${model.name}: version ${version}`),
          (error: unknown) => log((error as Error).message),
        );
    },
  };
}

/** @throws UsageError for a folder of annotations without documents */
function openIfWanted(
  config: ServeConfig,
  [first]: readonly Served[],
  log: (line: string) => void,
): Promise<Annotating | undefined> {
  if (config.annotate !== undefined) return openAnnotating(config, first!, log);
  if (config.annotations !== undefined)
    throw new UsageError(
      "--annotations has no use without --annotate: name the documents to annotate with --annotate FILE.",
    );
  return Promise.resolve(undefined);
}

async function startAll(
  models: readonly Served[],
  trainers: Trainers | undefined,
  log: (line: string) => void,
): Promise<void> {
  for (const model of models) {
    const trained = await trainers?.of(model).restore();
    if (trained !== undefined) log(`model ${model.name}: ${trained} is served, which was trained last`);
    await model.start(trained);
    for (const note of model.facts?.notes ?? []) log(`note: ${note}`);
  }
}

const urlOf = (host: string, port: number): string => `http://${host.includes(":") ? `[${host}]` : host}:${port}`;

async function listen(server: ReturnType<typeof makeHttpServer>, { host, port }: ServeConfig): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === "EADDRINUSE" ? "another program listens there. Choose another --port." : `${(error as Error).message}.`;
    throw new UnavailableError(`Cannot listen on ${urlOf(host, port)}: ${why}`);
  }
}
