import { DataError, formatLocation, type SourceLocation } from "../../errors.ts";
import { listed, quote } from "../../quote.ts";

/** A text has several different annotations, and the user did not choose among them. */
export class SeveralAnnotatorsError extends DataError {
  override readonly name = "SeveralAnnotatorsError";
  /** Number of documents by annotator, in the order in which the annotators were met. */
  readonly annotators: ReadonlyMap<string, number>;
  constructor(
    texts: number,
    annotators: ReadonlyMap<string, number>,
    example: { readonly id: string; readonly places: readonly SourceLocation[] },
  ) {
    const [first = ""] = annotators.keys();
    const names = [...annotators].map(([name, count]) => `${quote(name, 40)} (${count})`);
    const which = texts === 1 ? "1 text has" : `${texts} texts have`;
    const places = listed(
      example.places.map((place) => formatLocation(place)),
      3,
    );
    // In one file, one annotator, or nobody that is named, may have made them all: then there is no name to choose.
    const byName =
      annotators.size === 1
        ? "Choose: "
        : `Annotators, with their documents: ${listed(names, 10)}. Choose: --annotator ` +
          `${/\s/.test(first) ? JSON.stringify(first) : first} reads what one of them annotated, `;
    super(
      `${which} several annotations that differ, as ${quote(example.id, 40)} at ${places}. ${byName}` +
        `--annotator first ${annotators.size === 1 ? "reads " : ""}the copy of each text that comes first, --annotator agreement ` +
        "what more than half of a text's " +
        (annotators.size === 1 ? "copies have." : "annotators have. relata data stats counts how far they agree."),
      example.places[0] && { file: example.places[0].file },
    );
    this.annotators = annotators;
  }
}
