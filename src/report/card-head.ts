import type { CardSettings } from "./card-settings.ts";

export const libraryLine = "library_name: relata";

/** The facts of a model card that stand in its head. */
export interface CardHeadFacts {
  readonly name: string;
  readonly baseModel?: string;
  readonly encoder: { readonly name: string };
  readonly data: readonly { readonly path: string; readonly part?: string | undefined }[];
  readonly scores: readonly { readonly type: string; readonly name: string; readonly value: number }[];
  /** The part of the documents that the scores are from. */
  readonly part?: string | undefined;
  /** Facts that the owner gave. */
  readonly owner?: CardSettings;
}

/** The words of the head that depend on the task. */
export interface CardHeadText {
  readonly task: string;
  readonly tags: readonly string[];
  readonly pipeline?: string;
}

/** Writes the metadata of a model card, which the hub reads: YAML between two lines of dashes. */
export function cardHead(
  { name, baseModel, data, scores, encoder, part, owner = {} }: CardHeadFacts,
  { task, tags, pipeline = "text-classification" }: CardHeadText,
): string {
  // A file that was given as the scored part is the data set of the scores, whatever else was learnt from.
  const own = data.filter((file) => file.part === part);
  const scored = part === undefined || own.length === 0 ? data.filter((file) => file.part === undefined) : own;
  const known = scores.filter(({ value }) => Number.isFinite(value));
  const index = [
    "model-index:",
    `- name: ${yaml(withoutFolders(name))}`,
    "  results:",
    "  - task:",
    `      type: ${pipeline}`,
    `      name: ${task}`,
    "    dataset:",
    "      type: custom",
    `      name: ${yaml(scored.map(({ path }) => fileName(path)).join(", "))}`,
    ...(part === undefined ? [] : [`      split: ${part}`]),
    "    metrics:",
    ...known.flatMap((score) => [
      `    - type: ${yaml(score.type)}`,
      `      name: ${yaml(score.name)}`,
      `      value: ${round(score.value)}`,
    ]),
  ];
  return [
    "---",
    libraryLine,
    ...(owner.license === undefined ? [] : [`license: ${yaml(owner.license)}`]),
    ...list("language", owner.language?.split(",")),
    ...list("datasets", owner.datasets?.split(",")),
    `pipeline_tag: ${pipeline}`,
    ...(baseModel !== undefined && hubId.test(baseModel) ? [`base_model: ${yaml(baseModel)}`] : []),
    "tags:",
    `- ${encoder.name}`,
    ...tags.map((tag) => `- ${tag}`),
    ...list("metrics", known.length > 0 ? [...new Set(known.map(({ type }) => type))] : undefined),
    ...(known.length > 0 ? index : []),
    "---",
  ].join("\n");
}

const list = (key: string, values: readonly string[] | undefined): string[] =>
  values === undefined ? [] : [`${key}:`, ...values.map((value) => `- ${yaml(value)}`)];

/** Whether a name is `organization/name` on the hub rather than a path. */
const hubId = /^[\w-][\w.-]*\/[\w.-]+$/;

/** Removes everything up to the last slash of a path that begins at a root, at home or with a dot. */
export const withoutFolders = (text: string): string =>
  text.replaceAll(/(^|[\s"'=:,([])(?:~\w*|\.{1,2}|[A-Za-z]:)?[\\/](?:[^"'\n]*[\\/])?/g, "$1");

export const fileName = (path: string): string => path.split(/[\\/]/).at(-1)!;
const round = (value: number): number => Number(value.toFixed(4));

/** A JSON string is a YAML string. */
const yaml = (text: string): string => JSON.stringify(text);
