import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Served } from "../served-model.ts";
import type { ServeConfig } from "../settings.ts";
import { Project } from "./project.ts";
import { Training } from "./training.ts";

/** All that `--annotate` adds to a server. */
export interface Annotating {
  readonly project: Project;
  readonly training: Training;
  /** Writes the finished documents beside the journal, and lets go of the folder. */
  close(): Promise<void>;
}

/** Opens the documents of `--annotate`. @throws UserError for data or a folder that cannot be used */
export async function openAnnotating(
  config: ServeConfig,
  model: Served,
  log: (line: string) => void,
): Promise<Annotating> {
  const project = await Project.open(config, model, log);
  const training = new Training(project, config, log);
  const close = async (): Promise<void> => {
    await training.close();
    const finished = project.finishedDocuments();
    if (finished.length > 0) {
      const path = join(project.folder, "annotations.jsonl");
      await mkdir(project.folder, { recursive: true });
      await writeFile(`${path}.new`, finished.map((one) => `${JSON.stringify(one)}\n`).join(""));
      await rename(`${path}.new`, path);
      log(`${finished.length} finished documents are in ${path}`);
    }
    await project.close();
  };
  return { project, training, close };
}
