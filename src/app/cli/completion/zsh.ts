import type { CompletedCommand } from "./words.ts";

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''").replaceAll(":", "\\:")}'`;

/** The completion of zsh: commands and flags with what they do, values of flags that have few, and else files. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const names = new Set(commands.flatMap(({ below }) => below.map(({ name }) => name)));
  const cases = commands.map(({ words, below, flags }) => {
    const one = (name: string, help: string): string => quoted(name).slice(0, -1) + `:${quoted(help).slice(1)}`;
    const commandsBelow = below.map(({ name, help }) => one(name, help)).join(" ");
    const flagsHere = flags.map(({ flag, help }) => one(flag, help)).join(" ");
    return `    "${words.join(" ")}") below=(${commandsBelow}); flags=(${flagsHere}) ;;`;
  });
  const values = commands.flatMap(({ words, flags }) =>
    flags
      .filter(({ choices }) => choices.length > 0)
      .map(({ flag, choices }) => `    "${[...words, flag].join(" ")}") values=(${choices.join(" ")}) ;;`),
  );
  return `#compdef relata
# Completion of relata for zsh: add this line to ~/.zshrc, after compinit
#   source <(relata completion zsh)
_relata() {
  local path_="" word
  local -a below flags values
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case " ${[...names].join(" ")} " in
      *" $word "*) path_="\${path_:+$path_ }$word" ;;
      *) break ;;
    esac
  done
  case "$path_" in
${cases.join("\n")}
  esac
  case "$path_ \${words[CURRENT-1]}" in
${values.join("\n")}
  esac
  if (( $#values )); then compadd -- $values
  elif [[ "$PREFIX" == -* ]]; then _describe 'flag' flags
  else
    (( $#below )) && _describe 'command' below
    _files
  fi
}
compdef _relata relata
`;
}
