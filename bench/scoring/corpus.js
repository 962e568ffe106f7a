import { closeSync, openSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A stored model of 92 kB that labels pairs: thousands of texts a second, so that the engine is what is measured. */
export const model = fileURLToPath(new URL("../../test/oracle/folder-version-1", import.meta.url));

/** Every so many rows, one that cannot be scored. */
const poisonEvery = 401;
const poisons = ["{broken", '{"text": "no entities"}', '{"id": "off", "text": "short", "entities": [[0, 99]]}', "[]"];

const rowOf = (i) => {
  const text = `${i % 3 ? "Anna owns" : "In 1999 Anna owns"} the company${" in Paris".repeat(i % 5)}.`;
  const [anna, company] = [text.indexOf("Anna"), text.indexOf("company")];
  const entities = [
    [anna, anna + 4, "PERSON"],
    [company, company + 7, "ORG"],
  ];
  return JSON.stringify({ id: `d${i}`, text, entities });
};

/** Writes so many rows as JSON Lines; returns how many of them are poison. */
export function writeCorpus(path, rows, { poison = true } = {}) {
  const file = openSync(path, "w");
  let poisoned = 0;
  let text = "";
  for (let i = 0; i < rows; i++) {
    const isPoison = poison && i % poisonEvery === poisonEvery - 1;
    text += `${isPoison ? poisons[poisoned++ % poisons.length] : rowOf(i)}\n`;
    if (text.length < 2 ** 20 && i < rows - 1) continue;
    writeSync(file, text);
    text = "";
  }
  closeSync(file);
  return poisoned;
}
