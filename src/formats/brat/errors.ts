import { DataError } from "../../errors.ts";
import { quote } from "../../corpus/quote.ts";

/** Annotations whose text is not beside them. */
export class MissingTextError extends DataError {
  override readonly name = "MissingTextError";
  /** Name of the file that was looked for. */
  readonly textFile: string;
  constructor(annotationFile: string, textFile: string) {
    super(
      `brat keeps the text of these annotations in ${quote(textFile)}, and there is no such file beside ` +
        "them. Put both into one folder, or name the folder that has both.",
      { file: annotationFile },
    );
    this.textFile = textFile;
  }
}
