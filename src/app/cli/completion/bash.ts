import type { CompletedCommand } from "./words.ts";

/** The completion of bash: commands, flags, values of flags that have few, and else files. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.flatMap(({ below }) => below.map(({ name }) => name));
  const cases = commands.map(({ words, below, flags }) => {
    const candidates = [...below.map(({ name }) => name), ...flags.map(({ flag }) => flag)].join(" ");
    return `    "${words.join(" ")}") words="${candidates}" ;;`;
  });
  const choices = new Map<string, string>();
  for (const { words, flags } of commands)
    for (const { flag, choices: some } of flags)
      if (some.length > 0) choices.set([...words, flag].join(" "), some.join(" "));
  const values = [...choices].map(([key, some]) => `    "${key}") values="${some}" ;;`);
  return `# Completion of relata for bash: add this line to ~/.bashrc
#   source <(relata completion bash)
_relata() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" word words="" values=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " ${[...new Set(names)].join(" ")} " in
      *" $word "*) path="\${path:+$path }$word" ;;
      *) break ;;
    esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  case "$path $before" in
${values.join("\n")}
  esac
  if [ -n "$values" ]; then COMPREPLY=($(compgen -W "$values" -- "$current"))
  else case "$current" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "\${words//--*/}" -- "$current") $(compgen -f -- "$current")) ;;
  esac; fi
}
complete -o filenames -F _relata relata
`;
}
