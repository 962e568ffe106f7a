import { DataError } from "../../errors.ts";
import { quote } from "../../quote.ts";

/** A file of annotations without its text file beside it. */
export class MissingTextError extends DataError {
  override readonly name = "MissingTextError";
  /** Name of the missing file. */
  readonly textFile: string;
  /** @param elsewhere paths of files with that name in other folders */
  constructor(annotationFile: string, textFile: string, elsewhere: readonly string[] = []) {
    const [first, ...others] = elsewhere;
    const there =
      first === undefined
        ? "Put both into one folder, or name the folder that has both."
        : `The text seems to lie in another folder, ${quote(first, 200)}${others.length > 0 ? ` or ${others.length} more` : ""}: ` +
          "copy texts and annotations into one folder, since brat has them side by side.";
    super(
      `brat keeps the text of these annotations in ${quote(textFile)}, and there is no such file beside them. ${there}`,
      { file: annotationFile },
    );
    this.textFile = textFile;
  }
}
