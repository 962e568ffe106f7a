import { exampleSpans, exampleText, type TransformersExample } from "../../../report/model-card.ts";
import { showTypes, type MarkersName } from "../../../tokenization/inputs/typed-markers.ts";

/** The example of a model card for `transformers`; undefined for document encoding, which it cannot read. */
export function transformersExample(
  encoding: "pair" | "document",
  markers: MarkersName,
  entityTypes: readonly string[],
): TransformersExample | undefined {
  if (encoding === "document") return undefined;
  const [head, tail] = exampleSpans;
  if (markers === "plain") return { text: exampleText, head, tail };
  const [headType, tailType] = [entityTypes[0], entityTypes[1] ?? entityTypes[0]];
  return showTypes(exampleText, { ...head, type: headType }, { ...tail, type: tailType });
}
