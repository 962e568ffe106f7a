// `npm run house`: counts the signs of the redesign and prints each figure beside its limit. A limit that is not
// reached yet is in scripts/house/open.json with the figure that it may not exceed.
//   --list NAME    every place that a sign counts
//   --tighten      lowers the figures of open.json to today's, and removes what has reached its limit
//   --json         prints one JSON object
//   --root FOLDER  counts in another checkout
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { signsOf } from "./house/signs.js";

const { values } = parseArgs({
  options: {
    list: { type: "string" },
    tighten: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    root: { type: "string", default: fileURLToPath(new URL("../", import.meta.url)) },
  },
});

const root = resolve(values.root);
const openPath = join(root, "scripts/house/open.json");
let open = existsSync(openPath) ? JSON.parse(readFileSync(openPath, "utf8")) : {};
const signs = signsOf(root);

if (values.tighten) {
  const lower = signs
    .filter(({ name, figure, limit }) => name in open && figure > limit)
    .map(({ name, figure }) => [name, Math.min(figure, open[name])]);
  open = Object.fromEntries(lower);
  writeFileSync(openPath, `${JSON.stringify(open, null, 2)}\n`);
}

const isBroken = ({ name, figure, limit }) => figure > Math.max(limit, open[name] ?? 0);
const stale = Object.keys(open).filter((name) => !signs.some((sign) => sign.name === name && sign.figure > sign.limit));
const broken = signs.filter(isBroken);

if (values.list !== undefined) {
  const sign = signs.find(({ name }) => name === values.list);
  if (!sign) {
    process.stderr.write(
      `No sign is called "${values.list}"; there are ${signs.map(({ name }) => name).join(", ")}.\n`,
    );
    process.exit(64);
  }
  for (const place of sign.places) process.stdout.write(`${place}\n`);
} else if (values.json) {
  process.stdout.write(`${JSON.stringify({ signs, open, broken: broken.map(({ name }) => name), stale })}\n`);
} else {
  const stateOf = (sign) => {
    if (isBroken(sign)) return "BROKEN";
    if (sign.figure > sign.limit) return `open, at most ${open[sign.name]}`;
    return sign.name in open ? "reached: --tighten takes it off the list" : "";
  };
  const rows = [["sign", "today", "limit", ""], ...signs.map((s) => [s.name, `${s.figure}`, `${s.limit}`, stateOf(s)])];
  const width = (column) => Math.max(...rows.map((row) => row[column].length));
  for (const [name, today, limit, state] of rows) {
    const cells = [name.padEnd(width(0)), today.padStart(width(1)), limit.padStart(width(2)), state];
    process.stdout.write(`${cells.join("  ").trimEnd()}\n`);
  }
  for (const { name, what, places } of broken) {
    process.stdout.write(`\n${name}: ${what}\n`);
    for (const place of places.slice(0, 20)) process.stdout.write(`  ${place}\n`);
    if (places.length > 20)
      process.stdout.write(`  … and ${places.length - 20} more: npm run house -- --list ${name}\n`);
  }
}
if (broken.length > 0 && values.list === undefined) process.exitCode = 1;
