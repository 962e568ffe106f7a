import { z } from "zod";
import { entitiesSettings, type EntitiesSettings } from "../entities/settings.ts";
import { relationsSettings, type RelationsRun } from "../relations/settings.ts";

/** The settings of both tasks. */
export const bothSettings = z.strictObject({ ...relationsSettings.shape, ...entitiesSettings.shape });
export type BothRun = RelationsRun & EntitiesSettings;
