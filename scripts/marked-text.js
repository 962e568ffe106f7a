// Writes texts with marks in them as Relata's JSON Lines, so that no offset is counted by hand.
//   node scripts/marked-text.js            writes every examples/which-*/NAME.txt as NAME.jsonl beside it
//   node scripts/marked-text.js --check    says which files are not what their texts give, exit code 1
//
// A text begins with a line `# id language`. A mention is `[surface|TYPE]`, `[surface|TYPE#name]` if something is related
// to it, and `[surface|TYPE>name>name]` if it is related to others. The type of the head decides the relation.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const examples = fileURLToPath(new URL("../examples/", import.meta.url));
const relationOf = { ACTION: "ASKS_FOR", DATE: "PERIOD_OF", EMOTION: "CAUSED_BY" };
const mention = /\[([^[\]|]+)\|([A-Z]+)(?:#([a-z]+))?((?:>[a-z]+)*)\]/g;

/** The document of one marked text. @throws Error naming the text, for marks that cannot be read or name nothing */
export function readMarked(id, language, marked) {
  const fail = (message) => {
    throw new Error(`Reading the marked text ${id}: ${message}`);
  };
  let text = "";
  let from = 0;
  const entities = [];
  const named = new Map();
  const arrows = [];
  for (const match of marked.matchAll(mention)) {
    const [whole, surface, type, name, targets] = match;
    text += marked.slice(from, match.index);
    from = match.index + whole.length;
    if (surface !== surface.trim()) fail(`the mention "${surface}" begins or ends with a blank; move it outside`);
    if (name !== undefined && named.has(name)) fail(`#${name} names two mentions; give one of them another letter`);
    if (name !== undefined) named.set(name, entities.length);
    for (const target of targets.split(">").slice(1)) arrows.push({ head: entities.length, type, target });
    entities.push({ start: text.length, end: text.length + surface.length, type });
    text += surface;
  }
  text += marked.slice(from);
  const stray = /[[\]|]/.exec(text);
  if (stray) fail(`"${stray[0]}" is left over near "${text.slice(Math.max(0, stray.index - 20), stray.index + 20)}"`);
  const relations = arrows.map(({ head, type, target }) => {
    const label = relationOf[type] ?? fail(`a mention of type ${type} is related to nothing; remove >${target}`);
    const tail = named.get(target) ?? fail(`>${target} names no mention; write #${target} into one`);
    return { head, tail, label };
  });
  const unused = [...named.keys()].filter((name) => !arrows.some(({ target }) => target === name));
  if (unused.length > 0) fail(`nothing is related to #${unused.join(", #")}; remove the name or relate something`);
  return { id, text, entities, relations, metadata: { language } };
}

/** The documents of a file of marked texts. */
export function readMarkedFile(content) {
  const parts = content.split(/^# (\S+) (fr|en)\n/m).slice(1);
  const documents = [];
  for (let i = 0; i < parts.length; i += 3) documents.push(readMarked(parts[i], parts[i + 1], parts[i + 2].trim()));
  return documents;
}

function main(check) {
  const folders = readdirSync(examples).filter((name) => name.startsWith("which-"));
  for (const folder of folders) {
    for (const name of readdirSync(join(examples, folder)).filter((file) => file.endsWith(".txt"))) {
      const documents = readMarkedFile(readFileSync(join(examples, folder, name), "utf8"));
      const lines = documents.map((document) => `${JSON.stringify(document)}\n`).join("");
      const path = join(examples, folder, name.replace(/txt$/, "jsonl"));
      const isSame = existsSync(path) && readFileSync(path, "utf8") === lines;
      if (!check) writeFileSync(path, lines);
      else if (!isSame) {
        process.stderr.write(`${path} is not what ${name} gives; run \`node scripts/marked-text.js\`.\n`);
        process.exitCode = 1;
      }
    }
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  main(process.argv.includes("--check"));
