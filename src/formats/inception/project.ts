/** What the place of a file in a project export of INCEpTION or WebAnno says of it. */
export interface PlaceInProject {
  /** Name of the text, as it was imported: `a.txt`. */
  readonly document: string;
  /** User name of who annotated the file; `CURATION_USER` for what a curator made of the annotators' copies. */
  readonly annotator: string;
}

// A project export holds `annotation/<document>/<user>.json`, in older versions within a zip of any name, and
// `curation/<document>/CURATION_USER.json`; of XMI and TSV the same with their endings.
const inProject = /(?:^|\/)(?:annotation|curation)\/([^/]+)\/(?:[^/]+\.zip\/)?([^/]+)\.(?:json|xmi|xml|tsv)(?:\.gz)?$/i;

/** Undefined for a file that does not lie as in a project export. @param path as it is shown, with slashes */
export function placeInProject(path: string): PlaceInProject | undefined {
  const [, document, annotator] = inProject.exec(path.replaceAll("\\", "/")) ?? [];
  return document === undefined || annotator === undefined ? undefined : { document, annotator };
}

/** Whether a file is the text before anyone annotated it, which a project export holds beside the annotators' copies. */
export const isInitialCopy = (path: string): boolean => /(?:^|[\\/])INITIAL_CAS\.[a-z]+(?:\.gz)?$/i.test(path);
