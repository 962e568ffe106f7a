import { TokenizerFilesError } from "./tokenizer-files-error.ts";
import { textOf, type TokenizerFiles } from "./tokenizer-files.ts";

const jsonName = "tokenizer.json";
const configName = "tokenizer_config.json";
const addedName = "added_tokens.json";

type JsonObject = Record<string, unknown>;
type Entry = readonly [token: string, id: number];

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(files: TokenizerFiles, name: string): JsonObject | undefined {
  const text = textOf(files, name);
  if (text === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch {
    // Reported below.
  }
  throw new TokenizerFilesError(name, "it is no JSON object");
}

/** The entries of `added_tokens` in tokenizer.json and of `added_tokens_decoder` in tokenizer_config.json. */
const listOf = (json: JsonObject | undefined): JsonObject[] => {
  const list = json?.["added_tokens"];
  return Array.isArray(list) ? list.filter(isObject) : [];
};
const decoderOf = (json: JsonObject | undefined): JsonObject | undefined => {
  const decoder = json?.["added_tokens_decoder"];
  return isObject(decoder) ? decoder : undefined;
};

const formatted = (json: JsonObject): string => `${JSON.stringify(json, null, 2)}\n`;

/** A special token as `transformers` and `tokenizers` write it: found in a text as it stands, before anything is parted. */
const special = (content: string): JsonObject => ({
  content,
  lstrip: false,
  normalized: false,
  rstrip: false,
  single_word: false,
  special: true,
});

/**
 * Adds special tokens to the files of a tokenizer so that `AutoTokenizer` knows them: to tokenizer.json, or to
 * added_tokens.json where there is none; tokenizer_config.json where it lists added tokens.
 * @param added tokens with their ids, which follow those of the vocabulary
 */
export function withAddedTokens(files: TokenizerFiles, added: readonly Entry[]): TokenizerFiles {
  if (added.length === 0) return files;
  const changed: Record<string, string> = {};
  const json = parsed(files, jsonName);
  if (json) {
    const list = [...listOf(json), ...added.map(([token, id]) => ({ id, ...special(token) }))];
    changed[jsonName] = formatted({ ...json, added_tokens: list });
  }
  const config = parsed(files, configName);
  const decoder = decoderOf(config);
  if (config && decoder) {
    const entries = added.map(([token, id]) => [String(id), special(token)] as const);
    changed[configName] = formatted({
      ...config,
      added_tokens_decoder: { ...decoder, ...Object.fromEntries(entries) },
    });
  }
  if (!json) changed[addedName] = formatted({ ...parsed(files, addedName), ...Object.fromEntries(added) });
  return { ...files, ...changed };
}

/** Parts the files of a tokenizer from the tokens that `isAdded` knows; these are in the order of their ids. */
export function partAddedTokens(
  files: TokenizerFiles,
  isAdded: (token: string) => boolean,
): { readonly files: TokenizerFiles; readonly added: readonly Entry[] } {
  const found = new Map<string, number>();
  const changed: Record<string, string> = {};
  const isOurs = ({ content, id }: JsonObject): boolean => {
    if (typeof content !== "string" || !isAdded(content)) return false;
    if (typeof id === "number") found.set(content, id);
    return true;
  };
  const has = (name: string): boolean => /\[/.test(textOf(files, name) ?? "");
  const json = has(jsonName) ? parsed(files, jsonName) : undefined;
  const kept = listOf(json).filter((entry) => !isOurs(entry));
  if (found.size > 0) changed[jsonName] = formatted({ ...json, added_tokens: kept });
  const ids = files[addedName] === undefined ? undefined : parsed(files, addedName)!;
  const ours = Object.entries(ids ?? {}).filter(([token]) => isAdded(token));
  for (const [token, id] of ours) if (typeof id === "number") found.set(token, id);
  const others = Object.entries(ids ?? {}).filter(([token]) => !isAdded(token));
  if (ours.length > 0) changed[addedName] = formatted(Object.fromEntries(others));
  if (found.size === 0) return { files, added: [] };
  const config = parsed(files, configName);
  const decoder = decoderOf(config);
  if (config && decoder) {
    const entries = Object.entries(decoder).filter(
      ([, entry]) => !(isObject(entry) && isOurs({ ...entry, id: undefined })),
    );
    changed[configName] = formatted({ ...config, added_tokens_decoder: Object.fromEntries(entries) });
  }
  const without: Record<string, string | Uint8Array> = { ...files, ...changed };
  if (ours.length > 0 && others.length === 0) delete without[addedName];
  return { files: without, added: [...found].sort(([, a], [, b]) => a - b) };
}
