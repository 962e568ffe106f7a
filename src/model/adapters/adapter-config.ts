import { z } from "zod";
import { CheckpointError } from "../checkpoint-error.ts";
import type { SizedEncoder } from "../config-file.ts";
import { adapterConfigName } from "../file-names.ts";
import type { HeadName } from "../heads/head.ts";
import type { ChosenLora } from "./targets.ts";

/** In front of the names of a model's tensors in PEFT's files. */
export const peftPrefix = "base_model.model.";

/** The facts of adapter_config.json by which an adapter is read. */
export interface AdapterConfig {
  /** `base_model_name_or_path`: relata-mini, a name on the hub, or a path from the adapter's folder. */
  readonly base: string;
  readonly rank: number;
  readonly alpha: number;
  /** alpha / rank, or alpha / √rank (rsLoRA). */
  readonly scaling: number;
  readonly targetModules: readonly string[];
  /** The tokens whose rows of the table of words are the adapter's own. */
  readonly tokens: AdapterTokens | undefined;
}

/** PEFT's `trainable_token_indices`. */
export interface AdapterTokens {
  /** The end of the table's name; absent for that of the model's words. */
  readonly module: string | undefined;
  readonly ids: readonly number[];
}

const no = (reason: string): z.ZodType => z.literal(false, `expected false: ${reason}`).nullish();
const empty = z
  .record(z.string(), z.never(), "expected {}: Relata has one rank and one alpha for all layers")
  .nullish();

const tokenIds = z.array(z.int().min(0)).min(1);
const tokensOfTables = z
  .record(z.string(), tokenIds)
  .refine((tables) => Object.keys(tables).length === 1, "expected one table: Relata has one of words");

const configFile = z.looseObject({
  peft_type: z.literal("LORA", 'expected "LORA", the only kind of adapter that Relata has'),
  base_model_name_or_path: z.string().min(1),
  r: z.int().positive(),
  lora_alpha: z.number().positive(),
  target_modules: z.union([z.array(z.string()), z.string()]).nullish(),
  bias: z.literal("none", 'expected "none": Relata adapts no biases').nullish(),
  use_rslora: z.boolean().nullish(),
  use_dora: no("Relata has no DoRA"),
  lora_bias: no("Relata adapts no biases"),
  fan_in_fan_out: no("Relata reads matrices of torch's Linear"),
  rank_pattern: empty,
  alpha_pattern: empty,
  trainable_token_indices: z.union([tokenIds, tokensOfTables]).nullish(),
});

/** Reads adapter_config.json as PEFT writes it. @throws CheckpointError naming what Relata does not have */
export function parseAdapterConfig(json: Readonly<Record<string, unknown>>, file: string): AdapterConfig {
  const parsed = configFile.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CheckpointError("an adapter that cannot be read", {
      file,
      expected: `the fields of a LoraConfig of PEFT in ${adapterConfigName}`,
      found: `in ${issue?.path.join(".") || "the whole"}: ${issue?.message}`,
    });
  }
  const { base_model_name_or_path: base, r: rank, lora_alpha: alpha, target_modules: targets } = parsed.data;
  const scaling = alpha / (parsed.data.use_rslora ? Math.sqrt(rank) : rank);
  const targetModules = typeof targets === "string" ? [targets] : (targets ?? []);
  return { base, rank, alpha, scaling, targetModules, tokens: tokensOf(parsed.data.trainable_token_indices ?? []) };
}

function tokensOf(given: readonly number[] | Readonly<Record<string, readonly number[]>>): AdapterTokens | undefined {
  const [[module, ids] = []] = Array.isArray(given) ? [[undefined, given]] : Object.entries(given);
  return ids === undefined || ids.length === 0 ? undefined : { module, ids };
}

/** PEFT's task of a classifier, by which it chooses its class; null for a head that `transformers` has no class for. */
function taskType({ encoder }: SizedEncoder, head: HeadName): string | null {
  if (encoder.bareArchitectures.includes(encoder.architecture(head))) return null;
  return head === "token" ? "TOKEN_CLS" : "SEQ_CLS";
}

/** Makes the adapter_config.json of an adapter with its classifier. */
export function formatAdapterConfig(
  model: SizedEncoder,
  { base, head, chosen }: { readonly base: string; readonly head: HeadName; readonly chosen: ChosenLora },
): string {
  const { entityTable, wordTable } = model.encoder;
  const { tokens } = chosen.lora;
  const file = {
    base_model_name_or_path: base,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layers_to_transform: chosen.layers ?? null,
    lora_alpha: chosen.alpha,
    lora_dropout: 0,
    modules_to_save: ["classifier", ...(entityTable === undefined ? [] : [savedModule(entityTable)])],
    peft_type: "LORA",
    r: chosen.rank,
    target_modules: chosen.targetModules,
    task_type: taskType(model, head),
    ...(tokens ? { trainable_token_indices: { [savedModule(wordTable)]: tokens.ids } } : {}),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The module of a parameter without the prefix of the encoder: PEFT compares the ends of names. */
const savedModule = (parameter: string): string => parameter.split(".").slice(1, -1).join(".");
