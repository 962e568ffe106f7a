import { z } from "zod";
import { anyId } from "../../formats/ids.ts";
import { fit } from "../../formats/source/json-line.ts";
import { DataError } from "../../errors.ts";
import { parseBody } from "../body.ts";
import { readLabelingConfig, textObjectOf, type LabelingConfig, type TextObject } from "./config.ts";
import { readTask, type TaskContext, type TaskReading } from "./task-reading.ts";

/** A request for predictions, as Label Studio sends it to an ML backend. */
const predictRequest = z.looseObject({
  tasks: z.array(z.looseObject({})),
  label_config: z.string(),
  project: anyId.nullish(),
  params: z.looseObject({ context: z.looseObject({}).nullish() }).nullish(),
});

/** How a model treats entities. */
export type EntityUse = Pick<TaskContext, "finds" | "labelsGiven">;

/** The readable content of a request for predictions. */
export interface PredictReading {
  readonly config: LabelingConfig;
  readonly object: TextObject;
  /** One for each task, in order. */
  readonly tasks: readonly TaskReading[];
}

/**
 * Reads the tasks of a request, each with the regions that its annotators or earlier predictions marked.
 * @throws DataError for a body that is no such request; the problem of a single task stands in its reading
 */
export async function readPredictRequest(body: Uint8Array, uses: EntityUse): Promise<PredictReading> {
  const json = parseBody(body);
  const result = fit(predictRequest, json, []);
  if (!("data" in result)) throw new DataError(`${result.key}: expected ${result.expected}, found ${result.found}.`);
  const { tasks, label_config, params } = result.data;
  const config = readLabelingConfig(label_config);
  const object = textObjectOf(config);
  const { openPage } = await import("../../formats/label-studio/page.ts");
  const project = { textKey: object.key, pageKeys: new Set(object.kind === "HyperText" ? [object.key] : []), openPage };
  const drawing = params?.context?.["result"];
  return {
    config,
    object,
    tasks: tasks.map((task) => readTask(task, { object, project, drawing, ...uses })),
  };
}
