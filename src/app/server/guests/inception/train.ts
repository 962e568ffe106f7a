import { readBytes } from "../../body.ts";
import { retryLater, type Fault } from "../../fault.ts";
import type { Ctx, Serving } from "../../route.ts";
import type { Served } from "../../served-model.ts";
import { whenRead } from "../reading.ts";
import { requireTrainers } from "../../training/trainers.ts";

/** Begins a training and answers at once; the documents are all in the request. */
export async function trainOnCas(c: Ctx, serving: Serving, model: Served): Promise<Response> {
  const trainer = requireTrainers(serving.trainers).of(model);
  const busy = (): Fault => retryLater(429, `The model ${model.name} is being trained.`, 30);
  if (trainer.isTraining) throw busy();
  const body = await readBytes(c.env.incoming, serving.config.maxGuestBody);
  const { folders } = trainer;
  const folder = folders.incoming();
  const files = await whenRead(serving.reader.read("writeCasFiles", { body, folder })).catch(async (error: unknown) => {
    await folders.discard(folder);
    throw error;
  });
  try {
    // Another request may have come in between.
    if (trainer.isTraining) throw busy();
    trainer.request({
      project: `inception ${files.project}`,
      gather: async (place) => {
        await folders.take(folder, place);
        return { paths: [place], settings: files.settings };
      },
    });
  } catch (error) {
    await folders.discard(folder);
    throw error;
  }
  return c.body(null, 204);
}
