import type { Command } from "commander";
import { interruptedCode, onInterrupt } from "../../interrupt.ts";
import { PullView } from "../../render-pull.ts";
import { StatusLine } from "../../status-line.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object").action(run);
}

async function run(name: string, options: { readonly json?: true }): Promise<void> {
  const { pullModel } = await import("../../../../checkpoint/hub/pull.ts");
  const line = new StatusLine();
  const stopping = new AbortController();
  const interrupt = onInterrupt({
    line,
    tell: () => "Stopping; what has arrived is kept, and the same command goes on from there.",
    stop: () => {
      stopping.abort();
      return true;
    },
  });
  const view = new PullView(line);
  try {
    const events = pullModel(name, { signal: stopping.signal, verify: true });
    let step = await events.next();
    for (; !step.done; step = await events.next()) view.show(step.value);
    line.clear();
    const { folder, commit, source } = step.value;
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ model: name, folder, commit, source })}\n`
        : `folder  ${folder}\ncommit  ${commit}\n`,
    );
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    process.exitCode = interruptedCode();
  } finally {
    line.clear();
    interrupt.dispose();
  }
}
