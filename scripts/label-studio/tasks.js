import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const most = 40;
const valuesOf = (tasks, of) =>
  [...new Set(tasks.flatMap(({ annotations: [{ result }] }) => result.flatMap(of)))].toSorted((a, b) =>
    a < b ? -1 : 1,
  );

/**
 * Makes tasks of the bundled example: every second one annotated, the others with entities alone, as an import of
 * pre-annotations has them; with the labelling configuration that shows them.
 */
export function tasksOf(root, folder) {
  const file = join(folder, "tasks.json");
  const args = ["data", "convert", join(root, "examples/annotations.jsonlines"), file, "--to", "label-studio"];
  execFileSync(process.execPath, [join(root, "bin/relata.js"), ...args], { stdio: "ignore" });
  const tasks = JSON.parse(readFileSync(file, "utf8"))
    .filter(({ annotations: [{ result }] }) => result.length > 2)
    .slice(0, most);
  const types = valuesOf(tasks, ({ type, value }) => (type === "relation" ? [] : value.labels));
  const labels = valuesOf(tasks, ({ type, labels }) => (type === "relation" ? labels : []));
  const config = `<View>
  <Relations>${labels.map((label) => `<Relation value="${label}"/>`).join("")}</Relations>
  <Labels name="label" toName="text">${types.map((type) => `<Label value="${type}"/>`).join("")}</Labels>
  <Text name="text" value="$text"/>
</View>`;
  const documents = tasks.map(({ annotations: [{ result }], ...task }, i) => {
    if (i % 2 === 0) return { ...task, annotations: [{ result }] };
    const regions = result.filter(({ type }) => type !== "relation");
    return { ...task, predictions: [{ model_version: "imported", result: regions }] };
  });
  return { documents, config };
}
