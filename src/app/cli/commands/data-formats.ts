import type { Command } from "commander";
import { wrap } from "../wrap.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object a format").action(run);
}

async function run(options: Record<string, unknown>): Promise<void> {
  const { formats } = await import("../../../formats/registry.ts");
  for (const { name, description, writer } of Object.values(formats)) {
    const page = `docs/formats/${name}.md`;
    const looks = description.replace(`${name}: `, "");
    if (options["json"] === true) {
      process.stdout.write(`${JSON.stringify({ name, description: looks, written: writer !== undefined, page })}\n`);
    } else {
      const isRead = writer ? "" : " (only read)";
      process.stdout.write(`${name}${isRead}  ${page}\n${wrap(`  ${looks}`, process.stdout.columns || 100)}\n`);
    }
  }
}
