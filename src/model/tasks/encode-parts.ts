import type { LabelledExample } from "../../evaluation/mistakes.ts";
import type { Start } from "../start.ts";
import { requireEncodable, type Encoded } from "./encoded.ts";
import type { LearningData } from "./learning-data.ts";
import type { Asked, Learned, Task } from "./task.ts";

/** The examples of each part as a model reads them. */
export interface EncodedParts {
  readonly train: Encoded<LabelledExample>;
  readonly validation: Encoded<LabelledExample>;
  readonly test: Encoded<LabelledExample> | undefined;
}

/** @throws DataError if not one training example can be encoded */
export async function encodeParts(
  task: Task,
  { trained, validation, test, learned }: LearningData,
  { tokenizer, maxLength }: Pick<Start, "tokenizer" | "maxLength">,
): Promise<EncodedParts> {
  const encode = (asked: Asked<LabelledExample>, known: Learned = learned): Promise<Encoded<LabelledExample>> =>
    task.encode(tokenizer, asked, known, maxLength);
  const train = await encode(trained);
  requireEncodable(train, `training ${task.unit.many}`);
  return {
    train,
    validation: await encode(validation.asked, validation.learned),
    test: test && (await encode(test.asked, test.learned)),
  };
}
