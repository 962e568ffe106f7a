import type { z } from "zod";
import { describeSettings, headingOf, type SettingDescription } from "../../index.ts";
import { wrap } from "./wrap.ts";

const width = 100;

/**
 * The YAML text of a config file that changes nothing: every setting of a schema as a comment, with what it does and its
 * default, under the headings of the help.
 * @param without keys of settings that do not belong in a file
 */
export function configTemplate(schema: z.ZodObject, command: string, without: readonly string[] = []): string {
  const settings = describeSettings(schema).filter(({ key }) => !without.includes(key));
  const groups = new Map<string, SettingDescription[]>();
  for (const setting of settings) {
    const heading = headingOf(setting.key) ?? "The run";
    groups.set(heading, [...(groups.get(heading) ?? []), setting]);
  }
  const sections = [...groups].map(([heading, some]) => [`# ${heading}`, ...some.map(commented)].join("\n\n"));
  const head = [
    `# Settings of \`${command}\`, for --config. Take the # from the line of a setting to change it;`,
    "# flags win over this file.",
  ].join("\n");
  return `${[head, ...sections].join("\n\n")}\n`;
}

function commented({ key, help, choices, default: fallback }: SettingDescription): string {
  const among = choices && choices.length > 1 ? ` One of ${choices.join(", ")}.` : "";
  const text = wrapComment(`${help}.${among}`);
  return `${text}\n# ${key}: ${fallback === undefined ? "" : JSON.stringify(fallback)}`.trimEnd();
}

const wrapComment = (text: string): string =>
  wrap(text, width - 4)
    .split("\n")
    .map((line) => `#   ${line.trim()}`)
    .join("\n");
