import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TrainOptions } from "../../config.ts";
import { declaredFeatures } from "../../formats/inception/cas.ts";
import { parseTypeSystem } from "../../formats/xmi/type-system.ts";
import { source, target } from "./layer-features.ts";
import { parseTrainRequest } from "./wire.ts";

const fileName = (name: string): string => encodeURIComponent(name).replaceAll(".", "%2E").slice(0, 200);

/** A project of INCEpTION in files. */
export interface TrainingFiles {
  /** Its id. */
  readonly project: string;
  /** The settings that read the files. */
  readonly settings: Partial<TrainOptions>;
}

/**
 * Writes the documents of a request for training as a project of INCEpTION: `annotation/DOCUMENT/USER.xmi` below the
 * types of all.
 * @throws DataError for a body that is no such request
 */
export async function writeTrainingFiles(body: Uint8Array, folder: string): Promise<TrainingFiles> {
  const { typeSystem, documents, metadata } = parseTrainRequest(body);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "TypeSystem.xml"), typeSystem);
  for (const [i, { xmi, documentId, userId }] of documents.entries()) {
    const place = join(folder, "annotation", fileName(documentId ?? `document-${i + 1}`));
    await mkdir(place, { recursive: true });
    await writeFile(join(place, `${fileName(userId ?? "anonymous")}.xmi`), xmi);
  }
  const features = declaredFeatures(parseTypeSystem(typeSystem, { file: "typeSystem" }))(metadata.layer);
  const isRelation = features.has(source) && features.has(target);
  const fields = isRelation
    ? `relation=${metadata.layer},label=${metadata.feature},source=${source},target=${target}`
    : `entity=${metadata.layer},type=${metadata.feature}`;
  return { project: metadata.projectId ?? "", settings: { format: "xmi", fields } };
}
