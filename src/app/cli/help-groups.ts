import { Help, type Command, type HelpConfiguration, type Option } from "commander";
import { helpLayout } from "./help.ts";

/** The help of a command with more flags shows the common ones, and of the others only the names. */
const mostFlags = 40;

/** Of commands with many flags those that nearly every run sets or should know of, in the order of the help. */
export const commonFlags = [
  "--output",
  "--overwrite",
  "--model",
  "--task",
  "--config",
  "--dry-run",
  "--report",
  "--resume",
  "--test-size",
  "--points",
  "--epochs",
  "--learning-rate",
  "--batch-size",
  "--seed",
  "--threads",
  "--quiet",
  "--verbose",
] as const;

const shownFlags = (command: Command): Option[] => command.options.filter(({ hidden }) => !hidden);

export const hasManyFlags = (command: Command): boolean => shownFlags(command).length > mostFlags;

const headingOf = ({ helpGroupHeading }: Option): string => (helpGroupHeading ?? "Options:").replace(/:$/, "");

/** The word by which the help of a group is asked for: the first of its heading. */
const keyOf = (heading: string): string => /[a-z]+/.exec(heading.toLowerCase())![0];

/** The groups of a command's flags, by the word that asks for the help of each. */
export function helpGroups(command: Command): Map<string, Option[]> {
  const groups = new Map<string, Option[]>();
  for (const option of shownFlags(command)) {
    const key = keyOf(headingOf(option));
    groups.set(key, [...(groups.get(key) ?? []), option]);
  }
  return groups;
}

/** The layout of help about a topic: `all`, a group or a flag; if undefined, of commands with many flags the common ones. */
export const helpAbout = (topic: string | undefined): HelpConfiguration => ({
  ...helpLayout,
  visibleOptions(command) {
    const all = Help.prototype.visibleOptions.call(this as Help, command);
    if (topic !== undefined) return optionsOf(command, topic) ?? all;
    if (!hasManyFlags(command)) return all;
    return commonFlags.flatMap((flag) => {
      const option = command.options.find(({ long }) => long === flag);
      return option ? [underHeading(option, "Common flags:")] : [];
    });
  },
  formatHelp(command, helper) {
    const help = Help.prototype.formatHelp.call(helper, command, helper);
    if (topic !== undefined || !hasManyFlags(command)) return help;
    return `${help}${otherFlags(command, helper)}\n`;
  },
});

/** The flags of a topic; undefined for all. Ends with an error that names the topics if it is none. */
function optionsOf(command: Command, topic: string): Option[] | undefined {
  if (topic === "all") return undefined;
  const groups = helpGroups(command);
  const flag = shownFlags(command).find(({ long }) => long === topic || long === `--${topic}`);
  const found = groups.get(topic.toLowerCase()) ?? (flag && [flag]);
  if (found) return found;
  return command.error(
    `error: --help ${topic} of ${pathOf(command)}: expected all, a group (${[...groups.keys()].join(", ")}) or one of its flags.`,
  );
}

const underHeading = (option: Option, heading: string): Option =>
  Object.create(option, { helpGroupHeading: { value: heading } }) as Option;

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

/** Every flag by its name, and how to ask for more. */
function otherFlags(command: Command, helper: Help): string {
  const path = pathOf(command);
  const width = helper.helpWidth ?? 80;
  const lines = [...helpGroups(command)].map(([key, options]) => {
    const names = options.flatMap(({ long }) => (long ? [long] : [])).join(" ");
    return `  ${helper.boxWrap(`${key}: ${names}`, width - 4).replaceAll("\n", "\n    ")}`;
  });
  const how = helper.boxWrap(
    `All flags by their groups. \`${path} --help GROUP\` describes those of one, \`${path} --help FLAG\` one of them, \`${path} --help all\` all:`,
    width,
  );
  return `\n${how}\n${lines.join("\n")}`;
}
