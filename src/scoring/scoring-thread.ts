import type { PredictConfig } from "../config.ts";
import { UserError } from "../errors.ts";
import { withoutNotices, type DocumentPrediction } from "../model/tasks/prediction.ts";
import type { DocumentInput } from "../model/tasks/prediction-input.ts";
import { openOnThread, type ModelHandle } from "../run/relation-model.ts";
import type { Answerer } from "./answering.ts";
import { requireSameModel } from "./model-identity.ts";
import { requireSameCode, type Manifest } from "./manifest.ts";

/** The settings of the process that scores a plan, beside those of the plan. */
export interface ModelOfPlan {
  /** The place of the model on this machine, if not that of the plan. */
  readonly model?: string | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The model of a plan, opened on a thread of its own; if the thread ends, as for want of memory, the next question opens
 * the model again.
 */
export class ScoringThread implements Answerer {
  readonly #name: string;
  readonly #config: PredictConfig;
  readonly #signal: AbortSignal | undefined;
  #handle: ModelHandle;

  private constructor(name: string, config: PredictConfig, signal: AbortSignal | undefined, handle: ModelHandle) {
    this.#name = name;
    this.#config = config;
    this.#signal = signal;
    this.#handle = handle;
  }

  /** Opens several models side by side. @throws UsageError if model or program are not those of the plan */
  static async openAll(plan: Manifest, count: number, given: ModelOfPlan): Promise<ScoringThread[]> {
    requireSameCode(plan);
    await requireSameModel(plan.model, given.model);
    if (plan.entities) await requireSameModel(plan.entities);
    const name = given.model ?? plan.model.name;
    const { entities, noRelationLabel, relationsOnly, maxPairs, batchSize, dtype } = plan.options;
    const config: PredictConfig = {
      entities,
      noRelationLabel,
      relationsOnly,
      maxPairs,
      batchSize,
      dtype,
      device: "cpu",
      threads: given.threads ?? 0,
    };
    const opened = await Promise.allSettled(
      Array.from({ length: count }, () => openOnThread(name, config, { signal: given.signal })),
    );
    const handles = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const failure = opened.find((one) => one.status === "rejected");
    if (failure) {
      await Promise.all(handles.map((handle) => handle.close()));
      throw failure.reason;
    }
    return handles.map((handle) => new ScoringThread(name, config, given.signal, handle));
  }

  get finds(): boolean {
    return this.#handle.finds;
  }

  async answer(texts: readonly DocumentInput[]): Promise<readonly DocumentPrediction[]> {
    try {
      const answers = await this.#handle.predict(texts);
      // A run of millions of texts has its own notices.
      return answers.map(withoutNotices);
    } catch (error) {
      // Only errors for users are known to leave the thread as it was.
      if (!(error instanceof UserError) && !this.#signal?.aborted) await this.#reopen();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #reopen(): Promise<void> {
    await this.#handle.close();
    this.#handle = await openOnThread(this.#name, this.#config, { signal: this.#signal });
  }
}
