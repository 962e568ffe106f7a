import { join } from "node:path";
import { resolveWithFile, trainConfig, type TrainOptions } from "../../../index.ts";
import { Fault } from "../fault.ts";
import type { Served } from "../served-model.ts";
import type { ServeConfig } from "../settings.ts";
import { Trainer } from "./trainer.ts";
import { VersionFolders } from "./version-folders.ts";

/** Settings of a run that are of its data, its place or its protocol, not of how the model learns. */
const ofOneRun = new Set([
  "output",
  "overwrite",
  "format",
  "skipInvalid",
  "offsetUnit",
  "tokenEnds",
  "discontinuous",
  "annotator",
  "fields",
  "trainDocuments",
  "threads",
]);

/** The trainers of all models, of which one works at a time. */
export class Trainers {
  readonly #byName = new Map<string, Trainer>();
  #turn: Promise<unknown> = Promise.resolve();

  /** @param config `trained` is the folder that holds a folder for each model */
  constructor(
    models: Iterable<Served>,
    config: ServeConfig & { readonly trained: string },
    log: (line: string) => void,
  ) {
    for (const model of models) {
      const folders = new VersionFolders(join(config.trained, model.name));
      const settings = () => settingsOf(model, config);
      const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
        const done = this.#turn.then(work);
        this.#turn = done.catch(() => {});
        return done;
      };
      this.#byName.set(model.name, new Trainer({ model, folders, settings, inTurn, log }));
    }
  }

  of(model: Served): Trainer {
    return this.#byName.get(model.name)!;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byName.values()].map((trainer) => trainer.close()));
  }
}

/** The settings of `--train-config`, or else of the run that made the model. */
async function settingsOf(model: Served, { trainConfig: file, threads }: ServeConfig): Promise<Partial<TrainOptions>> {
  if (file !== undefined) {
    const { config } = await resolveWithFile(trainConfig.partial({ output: true }), {}, file);
    return { ...config, threads } as Partial<TrainOptions>;
  }
  const stored = Object.entries(model.facts?.trainedWith ?? {});
  const known = stored.filter(([key]) => key in trainConfig.shape && !ofOneRun.has(key));
  return { threads, ...Object.fromEntries(known) };
}

/** @throws Fault 403 if the server does not train */
export function requireTrainers(trainers: Trainers | undefined): Trainers {
  if (trainers) return trainers;
  throw new Fault(
    403,
    "The server trains no models: start it with --trained FOLDER, in which it keeps what it trains.",
  );
}
