import { plural } from "../../../../quote.ts";
import type { Command } from "commander";
import { exitCodes } from "../../../../errors.ts";
import type { Check, Verification } from "../../../../recipes/model-verify.ts";
import { onInterrupt } from "../../interrupt.ts";
import { size } from "../../render-pull.ts";
import { StatusLine } from "../../status-line.ts";
import { modelFolder } from "./model-folder.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object instead of a line for each check").action(run);
}

async function run(name: string, options: { readonly json?: true }): Promise<void> {
  const { verifyModel } = await import("../../../../recipes/model-verify.ts");
  const line = new StatusLine();
  const interrupt = onInterrupt({ line, tell: () => "Not all checks were made." });
  try {
    const events = verifyModel(await modelFolder(name, line));
    for (;;) {
      const { done, value } = await events.next();
      if (done) return finish(value, options.json === true, line);
      if (value.type === "check") {
        line.clear();
        if (!options.json) process.stdout.write(`${checkLine(value.check)}\n`);
      } else {
        const { bytes, totalBytes } = value;
        line.update([line.bar(bytes / totalBytes), "values", `${size(bytes)} of ${size(totalBytes)}`]);
      }
    }
  } finally {
    line.clear();
    interrupt.dispose();
  }
}

const words = { ok: "ok", failed: "FAILED", skipped: "skipped" } as const;

/** One line, whatever the message is. */
const checkLine = ({ status, name, message }: Check): string =>
  `${words[status].padEnd(7)}  ${name}: ${message.replaceAll(/\s*\n\s*/g, " ")}`;

function finish(verification: Verification, json: boolean, line: StatusLine): void {
  const { checks, passed } = verification;
  line.clear();
  if (json) process.stdout.write(`${JSON.stringify(verification)}\n`);
  const count = (status: Check["status"]): number => checks.filter((check) => check.status === status).length;
  const skipped = count("skipped") > 0 ? `; ${count("skipped")} could not be made` : "";
  line.print(
    passed
      ? `All ${plural(checks.length, "check")} passed.`
      : `${count("failed")} of ${plural(checks.length, "check")} failed${skipped}.`,
  );
  if (!passed) process.exitCode = exitCodes.badData;
}
