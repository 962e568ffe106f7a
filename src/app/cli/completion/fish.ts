import type { CompletedCommand } from "./words.ts";

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** The completion of fish: commands and flags with what they do, values of flags that have few, and else files. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ words, below, flags }) => {
    const others = below.map(({ name }) => name).join(" ");
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`);
    const here = words.length === 0 ? "__fish_use_subcommand" : seen.join("; and ");
    const untilNext = others && words.length > 0 ? `${here}; and not __fish_seen_subcommand_from ${others}` : here;
    return [
      ...below.map(({ name, help }) => `complete -c relata -f -n ${quoted(untilNext)} -a ${name} -d ${quoted(help)}`),
      ...flags.map(({ flag, help, choices, takesValue }) => {
        const some = choices.length > 0 ? ` -x -a ${quoted(choices.join(" "))}` : " -r";
        const values = takesValue ? some : "";
        return `complete -c relata -n ${quoted(untilNext)} -l ${flag.slice(2)}${values} -d ${quoted(help)}`;
      }),
    ];
  });
  return `# Completion of relata for fish: relata completion fish > ~/.config/fish/completions/relata.fish
${lines.join("\n")}
`;
}
