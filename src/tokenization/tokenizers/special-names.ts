import * as z from "zod";
import { TokenizerFilesError } from "./tokenizer-files-error.ts";
import { textOf, type TokenizerFiles } from "./tokenizer-files.ts";
import type { SpecialTokenIds } from "./word-tokenizer.ts";

/** The roles that every tokenizer of `transformers` gives to a token. */
const roles = ["cls", "pad", "sep", "unk", "mask"] as const;
export type SpecialNames = Readonly<Record<(typeof roles)[number], string>>;

export const bertNames: SpecialNames = { cls: "[CLS]", pad: "[PAD]", sep: "[SEP]", unk: "[UNK]", mask: "[MASK]" };
export const robertaNames: SpecialNames = { cls: "<s>", pad: "<pad>", sep: "</s>", unk: "<unk>", mask: "<mask>" };
export const gemmaNames: SpecialNames = { cls: "<bos>", pad: "<pad>", sep: "<eos>", unk: "<unk>", mask: "<mask>" };

const name = z.union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)]);
const settings = z.looseObject({
  ...Object.fromEntries(roles.map((role) => [`${role}_token`, name.nullish().catch(undefined)])),
  do_lower_case: z.boolean().optional(),
  strip_accents: z.boolean().nullish(),
  tokenize_chinese_chars: z.boolean().optional(),
  tokenizer_class: z.string().nullish(),
  model_max_length: z.number().positive().optional(),
});

/** The part of tokenizer_config.json that is read here. */
export interface WordsSettings {
  readonly doLowerCase: boolean;
  readonly stripAccents: boolean | undefined;
  readonly tokenizeChineseCharacters: boolean;
  readonly tokenizerClass: string | undefined;
  readonly modelMaxLength: number | undefined;
  /** By role, where a file says. */
  readonly names: Partial<SpecialNames>;
}

/** Reads tokenizer_config.json and special_tokens_map.json, of which either may be missing. */
export function wordsSettings(files: TokenizerFiles): WordsSettings {
  const read = (fileName: string): Record<string, unknown> => {
    try {
      return settings.parse(JSON.parse(textOf(files, fileName) ?? "{}"));
    } catch (error) {
      throw new TokenizerFilesError(fileName, `it is no object of settings: ${String(error).slice(0, 200)}`);
    }
  };
  const [config, map] = [read("tokenizer_config.json"), read("special_tokens_map.json")];
  const names = roles.flatMap((role) => {
    const found = config[`${role}_token`] ?? map[`${role}_token`];
    return typeof found === "string" ? [[role, found] as const] : [];
  });
  const known = config as z.infer<typeof settings>;
  return {
    doLowerCase: known.do_lower_case ?? true,
    stripAccents: known.strip_accents ?? undefined,
    tokenizeChineseCharacters: known.tokenize_chinese_chars ?? true,
    tokenizerClass: known.tokenizer_class ?? undefined,
    modelMaxLength: known.model_max_length,
    names: Object.fromEntries(names),
  };
}

/**
 * Ids of the special tokens. Head and tail of a marked pair stand between `@` and `#`, tokens of which pre-training has seen
 * much, after Zhou and Chen (2022); a vocabulary without such a sign reads it as unknown.
 * @param idOf the id of a token, in a vocabulary that calls it so
 * @throws TokenizerFilesError naming the special tokens that are missing
 */
export function specialIds(
  fileName: string,
  names: SpecialNames,
  idOf: (token: string) => number | undefined,
): SpecialTokenIds {
  const missing = roles.filter((role) => idOf(names[role]) === undefined);
  if (missing.length > 0)
    throw new TokenizerFilesError(
      fileName,
      `the special token ${missing.map((role) => names[role]).join(", ")} is missing`,
    );
  const id = (token: string): number => idOf(token)!;
  const unk = id(names.unk);
  const marker = (sign: string): number => idOf(sign) ?? idOf(`▁${sign}`) ?? unk;
  return {
    cls: id(names.cls),
    pad: id(names.pad),
    sep: id(names.sep),
    unk,
    mask: id(names.mask),
    ent: marker("@"),
    ent2: marker("#"),
  };
}
