import { join } from "node:path";
import type { ScoredPart } from "../evaluation/scored-part.ts";
import type { Scores } from "../evaluation/scores.ts";
import type { FileDigest } from "../files/file-digest.ts";
import type { Weights } from "../nn/parameters.ts";
import { adapterTensors } from "./adapters/start-adapter.ts";
import { modelFiles } from "./model-files.ts";
import { weightsNameOf } from "./file-names.ts";
import { versions } from "../version.ts";
import { verifiedManifest } from "./folder-check.ts";
import { saveModelFolder, updateModelFolder, type ManifestFacts } from "./folder.ts";
import { clearModel } from "./replacement.ts";
import type { Start } from "./start.ts";
import type { LearningData } from "./tasks/learning-data.ts";
import { manifestFacts, type TrainedRun } from "./tasks/manifest-facts.ts";
import type { Learned } from "./tasks/task.ts";

/** A run, as far as its model is written. */
export interface ModelRun extends TrainedRun {
  readonly data: LearningData;
  readonly model: Start;
}

/** The model with the weights that are kept so far, in a run's folder. */
export class BestWeights {
  readonly #folder: string;
  readonly #run: ModelRun;
  #digest: FileDigest | undefined;

  constructor(folder: string, run: ModelRun) {
    this.#folder = folder;
    this.#run = run;
  }

  /** The files of the model beside its weights and its manifest. */
  get files(): Record<string, string | Uint8Array> {
    const { model, data } = this.#run;
    return { ...model.adapter?.files, ...modelFiles(model, data.learned) };
  }

  /** The file of the weights; undefined as long as there are none. */
  get weightsFile(): { readonly file: string; readonly digest: FileDigest } | undefined {
    return this.#digest && { file: join(this.#folder, this.#weightsName), digest: this.#digest };
  }

  /** Writes the weights of now, or those given; the first ones with all other files of the model. */
  async save(step: number, scores: Scores, given?: Weights): Promise<void> {
    const { model, data } = this.#run;
    const weights = given ?? (model.adapter ? adapterTensors(model) : model.weights);
    const { files } = this.#digest
      ? await updateModelFolder(this.#folder, { weights, manifest: { step, scores: { ...scores } } })
      : await saveModelFolder(this.#folder, {
          files: this.files,
          weights,
          manifest: this.facts(step, scores, data.learned, "validation"),
        });
    this.#digest = files[this.#weightsName];
  }

  /** Brings the folder to what it was at a checkpoint: with the best weights of then, or without any. */
  async restore(
    best: { readonly step: number; readonly weights: Weights } | undefined,
    scores: () => Scores,
    digest?: FileDigest,
  ) {
    const there = await verifiedManifest(this.#folder, true).catch(() => undefined);
    this.#digest = undefined;
    if (best && there?.step === best.step && there.files[this.#weightsName]?.sha256 === digest?.sha256) {
      this.#digest = digest;
      return;
    }
    await clearModel(this.#folder);
    if (best) await this.save(best.step, scores(), best.weights);
  }

  facts(step: number, scores: Scores, learned: Learned, part: ScoredPart): ManifestFacts {
    const facts = manifestFacts(this.#run, { step, scores, learned, part, createdWith: versions });
    const { adapter } = this.#run.model;
    return adapter ? { ...facts, adapter: adapter.reference } : facts;
  }

  get #weightsName(): string {
    return weightsNameOf(this.#run.model);
  }
}
