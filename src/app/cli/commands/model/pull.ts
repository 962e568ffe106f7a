import type { Command } from "commander";
import { pullModel } from "../../../../index.ts";
import { interruptedCode } from "../../interrupt.ts";
import { PullView } from "../../render-pull.ts";
import { follow, working } from "../../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object").action(run);
}

async function run(name: string, options: { readonly json?: true }): Promise<void> {
  const pulling = pullModel(name, { verify: true });
  let isStopped = false;
  const plan = {
    outcome: () => "Stopping; what has arrived is kept, and the same command goes on from there.",
    stop() {
      isStopped = true;
      pulling.stop();
      return true;
    },
  };
  await working(plan, async (line) => {
    const view = new PullView(line);
    try {
      const { folder, commit, source } = await follow(pulling, (event) => view.show(event));
      line.clear();
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ model: name, folder, commit, source })}\n`
          : `folder  ${folder}\ncommit  ${commit}\n`,
      );
    } catch (error) {
      if (!isStopped) throw error;
      process.exitCode = interruptedCode();
    }
  });
}
