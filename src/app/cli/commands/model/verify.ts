import type { Command } from "commander";
import { type Check, exitCodes, type Verification, verifyModel } from "../../../../index.ts";
import { plural } from "../../../../report/words.ts";
import { PullView, size } from "../../render-pull.ts";
import { StatusLine } from "../../status-line.ts";
import { follow, working, show } from "../../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object instead of a line for each check").action(run);
}

async function run(name: string, options: { readonly json?: true }): Promise<void> {
  const isJson = options.json === true;
  await working({ outcome: () => "Not all checks were made." }, async (line) => {
    const pull = new PullView(line);
    const verification = await follow(verifyModel(name), (event) => {
      if (event.type === "pull") pull.show(event.event);
      else if (event.type === "check") {
        line.clear();
        if (!isJson) show(checkLine(event.check));
      } else {
        const { bytes, totalBytes } = event;
        line.update([line.bar(bytes / totalBytes), "values", `${size(bytes)} of ${size(totalBytes)}`]);
      }
    });
    finish(verification, isJson, line);
  });
}

const words = { ok: "ok", failed: "FAILED", skipped: "skipped" } as const;

/** Formats a check as one line, even if its message has several. */
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
