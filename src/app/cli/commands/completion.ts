import type { Command } from "commander";
import { UsageError } from "../../../index.ts";
import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { completedCommands } from "../completion/words.ts";
import { zshCompletion } from "../completion/zsh.ts";
import { completeBelow } from "../late-command.ts";
import { write } from "../work.ts";

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export function complete(command: Command): void {
  command.action(async (shell: string) => {
    if (!Object.hasOwn(shells, shell)) {
      throw new UsageError(`Cannot complete for the shell ${JSON.stringify(shell)}: expected bash, zsh or fish.`);
    }
    const root = command.parent!;
    await completeBelow(root);
    await write(shells[shell as keyof typeof shells](completedCommands(root)));
  });
}
