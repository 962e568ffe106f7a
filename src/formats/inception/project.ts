/** The facts that the path of a file in a project export of INCEpTION or WebAnno contains. */
export interface PlaceInProject {
  /** Name of the text when it was imported: `a.txt`. */
  readonly document: string;
  /** User name of the annotator; `CURATION_USER` if a curator merged the annotators' copies. */
  readonly annotator: string;
}

// A project export holds `annotation/<document>/<user>.json`, in older versions inside a zip of any name, and
// `curation/<document>/CURATION_USER.json`; XMI and TSV files have the same paths with their extensions.
const inProject = /(?:^|\/)(?:annotation|curation)\/([^/]+)\/(?:[^/]+\.zip\/)?([^/]+)\.(?:json|xmi|xml|tsv)(?:\.gz)?$/i;

/**
 * Parses the path of a file; undefined if it is not a path of a project export.
 * @param path as it is shown, with slashes
 */
export function placeInProject(path: string): PlaceInProject | undefined {
  const [, document, annotator] = inProject.exec(path.replaceAll("\\", "/")) ?? [];
  return document === undefined || annotator === undefined ? undefined : { document, annotator };
}

/**
 * Whether a file is the copy of a text before any annotation, which a project export holds beside the annotators'
 * copies.
 */
export const isInitialCopy = (path: string): boolean => /(?:^|[\\/])INITIAL_CAS\.[a-z]+(?:\.gz)?$/i.test(path);
