import {
  openAdapters,
  openModel,
  type AdapterSet,
  type OpenOptions,
  type PredictOptions,
  type RelationModel,
} from "../../index.ts";

/** The settings with which models are opened, and for adapters their base. */
export interface HostOptions {
  readonly predict: PredictOptions;
  /** The folder of the base, or its name on the hub; the models then are adapters over it, which share its weights. */
  readonly base?: string | undefined;
}

/** Opens models in this process: each on a thread of its own, or as adapters over one base, on one thread. */
export class ModelHost {
  readonly #options: HostOptions;
  readonly #place: OpenOptions;
  readonly #models = new Set<RelationModel>();
  #adapters: Promise<AdapterSet<"first">> | undefined;

  /** @param place the thread of the models, as for openModel */
  constructor(options: HostOptions, place: OpenOptions = {}) {
    this.#options = options;
    this.#place = place;
  }

  /** @throws UserError as openModel and openAdapters */
  async open(folder: string): Promise<RelationModel> {
    const { base, predict } = this.#options;
    const model =
      base === undefined ? await openModel(folder, predict, this.#place) : await this.#openAdapter(base, folder);
    this.#models.add(model);
    return model;
  }

  /** Closes a model; the base goes with the last of its adapters. */
  async close(model: RelationModel): Promise<void> {
    this.#models.delete(model);
    await model.close();
    if (this.#models.size > 0) return;
    const adapters = this.#adapters;
    this.#adapters = undefined;
    await (await adapters)?.close();
  }

  async closeAll(): Promise<void> {
    for (const model of this.#models) await this.close(model);
  }

  async #openAdapter(base: string, folder: string): Promise<RelationModel> {
    while (this.#adapters) {
      // A first adapter that does not open is no fault of this one.
      const opened = await this.#adapters.catch(() => undefined);
      if (opened) return opened.open(folder);
    }
    const opening = openAdapters(base, { first: folder }, this.#options.predict, this.#place);
    this.#adapters = opening;
    try {
      return (await opening).models.first;
    } catch (error) {
      this.#adapters = undefined;
      throw error;
    }
  }
}
