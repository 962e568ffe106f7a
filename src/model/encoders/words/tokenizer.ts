import type { Padding } from "../../../tokenization/inputs/collate.ts";
import type { MarkerTokens, MentionEntities } from "../../../tokenization/inputs/input-tokenizer.ts";
import { partAddedTokens } from "../../../tokenization/tokenizers/added-tokens.ts";
import { GrownWords } from "../../../tokenization/tokenizers/grown-words.ts";
import { openWords } from "../../../tokenization/tokenizers/open-words.ts";
import { wordsSettings } from "../../../tokenization/tokenizers/special-names.ts";
import { TokenizerFilesError } from "../../../tokenization/tokenizers/tokenizer-files-error.ts";
import type { TokenizerFiles } from "../../../tokenization/tokenizers/tokenizer-files.ts";
import type { WordTokenizer } from "../../../tokenization/tokenizers/word-tokenizer.ts";
import type { EncoderTokenizer } from "../encoder.ts";
import { isMarkerToken, levitatedMarkers, pairMarkers, typeOfMarker } from "../markers/marker-tokens.ts";
import { mentionPadding, mentionReadings } from "./mentions.ts";

const noLimit = 2 ** 20;

/** The tokenizer of an encoder without entities. Markers of mentions may be added; else its files are written as they were read. */
export class WordsTokenizer implements EncoderTokenizer {
  readonly words: WordTokenizer;
  readonly entities: MentionEntities;
  /** The markers that were added to the vocabulary, in the order of their ids. */
  readonly markers: readonly string[];
  readonly markerTokens: MarkerTokens | undefined;
  readonly entityCount = 0;
  readonly entityTypes: readonly string[];
  readonly maxLength: number;
  readonly padding: Padding;
  readonly #inner: WordTokenizer;
  readonly #files: TokenizerFiles;

  constructor(words: WordTokenizer, files: TokenizerFiles, maxLength: number, markers: readonly string[] = []) {
    this.#inner = words;
    this.#files = files;
    this.words = markers.length === 0 ? words : new GrownWords(words, markers, files);
    this.markers = markers;
    this.maxLength = maxLength;
    this.padding = { padTokenId: words.specialTokenIds.pad, entityPadId: mentionPadding };
    const ids = new Map(markers.map((token, i) => [token, words.vocabSize + i]));
    this.entityTypes = markers.flatMap((token) => typeOfMarker(token) || []);
    const ofType = (type: string): number =>
      ids.get(levitatedMarkers(type)[0]) ?? ids.get(levitatedMarkers("")[0]) ?? mentionReadings.ofType(type);
    this.entities = { ...mentionReadings, ofType };
    const [head, headEnd, tail, tailEnd] = pairMarkers.map((token) => ids.get(token));
    this.markerTokens = head === undefined ? undefined : { head: [head, headEnd!], tail: [tail!, tailEnd!] };
  }

  /** Opens the files of a folder of `transformers`, given by file name. Throws a TokenizerFilesError. */
  static fromFiles(given: TokenizerFiles, tokenizerClasses: readonly string[]): WordsTokenizer {
    const { files, added } = partAddedTokens(given, isMarkerToken);
    // `transformers` writes 1e30 where it knows no limit; the encoder has one.
    const maxLength = Math.min(wordsSettings(files).modelMaxLength ?? Infinity, noLimit);
    const words = openWords(files, tokenizerClasses[0]!);
    const strange = added.find(([, id], i) => id !== words.vocabSize + i);
    if (strange) {
      const expected = `the ids from ${words.vocabSize} on, after those of the vocabulary`;
      throw new TokenizerFilesError(
        "tokenizer.json",
        `the markers of mentions need ${expected}; ${strange[0]} has ${strange[1]}`,
      );
    }
    return new WordsTokenizer(words, files, maxLength, added.map(([token]) => token)); // prettier-ignore
  }

  /** Adds those of these markers that the vocabulary does not have, in the order given. */
  withMarkers(tokens: readonly string[]): WordsTokenizer {
    const added = [...new Set([...this.markers, ...tokens])];
    return new WordsTokenizer(this.#inner, this.#files, this.maxLength, added);
  }

  /** Every token of a mention counts for its state. */
  get maxMentionLength(): number {
    return this.maxLength;
  }

  files(): TokenizerFiles {
    return this.words instanceof GrownWords ? this.words.files() : this.#files;
  }
}
