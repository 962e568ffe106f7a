import { DataError } from "../../errors.ts";
import { parseXml } from "../../formats/xml/read-xml.ts";

/** A tag that shows a text of the task. */
export interface TextObject {
  readonly name: string;
  readonly kind: "Text" | "HyperText" | "Paragraphs";
  /** The key of the task's data that holds the text. */
  readonly key: string;
}

/** A tag whose labels are given to spans of a text. */
export interface LabelsControl {
  readonly name: string;
  readonly toName: string;
  /** The type of its regions in a result. */
  readonly type: string;
  readonly labels: readonly string[];
}

/** The parts of a labelling configuration that predictions need. */
export interface LabelingConfig {
  readonly objects: readonly TextObject[];
  readonly controls: readonly LabelsControl[];
  /** The labels of relations; undefined if the configuration has no Relations tag. */
  readonly relations: readonly string[] | undefined;
}

const objectKinds: readonly string[] = ["Text", "HyperText", "Paragraphs"] satisfies TextObject["kind"][];
const controlTypes: Readonly<Record<string, string>> = {
  Labels: "labels",
  HyperTextLabels: "hypertextlabels",
  ParagraphLabels: "paragraphlabels",
};

/** Reads the XML of a labelling configuration. @throws DataError for XML that cannot be read */
export function readLabelingConfig(xml: string): LabelingConfig {
  const objects: TextObject[] = [];
  const controls: (LabelsControl & { readonly labels: string[] })[] = [];
  let relations: string[] | undefined;
  const path: string[] = [];
  const reading = parseXml(
    xml,
    { file: "the labelling configuration" },
    {
      open({ local, attributes }) {
        const given = new Map(attributes.map(({ name, value }) => [name, value]));
        const name = given.get("name") ?? "";
        // The alias is what the tool writes into results.
        const label = given.get("alias") ?? given.get("value") ?? "";
        const within = path.at(-1);
        if (objectKinds.includes(local))
          objects.push({
            name,
            kind: local as TextObject["kind"],
            key: (given.get("value") ?? "").replace(/^\$/, ""),
          });
        else if (controlTypes[local])
          controls.push({ name, toName: given.get("toName") ?? "", type: controlTypes[local], labels: [] });
        else if (local === "Relations") relations = [];
        else if (local === "Label" && within !== undefined && controlTypes[within]) controls.at(-1)!.labels.push(label);
        else if (local === "Relation" && within === "Relations") relations?.push(label);
        path.push(local);
      },
      close: () => void path.pop(),
    },
  );
  for (const _ of reading);
  return { objects, controls, relations };
}

/**
 * The text that a configuration shows: the one that a control of labels refers to, or else the first.
 * @throws DataError if it shows none
 */
export function textObjectOf({ objects, controls }: LabelingConfig): TextObject {
  const marked = objects.find(({ name }) => controls.some(({ toName }) => toName === name));
  const object = marked ?? objects[0];
  if (object) return object;
  throw new DataError(
    'The labelling configuration shows no text: it has no <Text name="text" value="$text"/>, <HyperText> or <Paragraphs>.',
  );
}
