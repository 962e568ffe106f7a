import { RecordError, UnknownEntityError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import { makeCas, type Cas, type DeclaredType, type FeatureStructure, type Range } from "../inception/cas.ts";
import type { FormatSettings } from "../settings.ts";
import { splitEscaped, splitId, unescapeValue } from "./escapes.ts";
import type { Column, Layer } from "./header.ts";
import { parseTable, placeTable, type PlacedTable, type Table, type Unit } from "./units.ts";

const stringRange: Range = { type: "uima.cas.String", isList: false };
const annotation = "uima.tcas.Annotation";
const sofa = 1;
/** Far more than annotators make; a file with more was made to exhaust a machine. */
const mostAnnotations = 1_000_000;

/** The names of a relation's ends in INCEpTION, which the format leaves out. */
const ends = { source: "Governor", target: "Dependent" } as const;

/**
 * Parses a file of WebAnno TSV 3 to a CAS, with spans in UTF-16 code units.
 * @throws {RecordError, UnknownEntityError}
 */
export function parseWebanno(
  content: string,
  settings: Pick<FormatSettings, "offsetUnit">,
  notices: NoticeLog,
  at: SourceLocation,
): Cas {
  const table = parseTable(content, at);
  const placed = place(table, settings, notices, at);
  const structures = new Annotations(table.layers, placed.units, notices, at).all();
  const text: FeatureStructure = {
    "%ID": sofa,
    "%TYPE": "uima.cas.Sofa",
    sofaID: "_InitialView",
    sofaString: placed.text,
  };
  return makeCas({ all: [text, ...structures], types: declare(table.layers), views: [] }, at);
}

/** Places the table by the offset unit of the setting, or else by the unit that puts more words in their places. */
function place(
  table: Table,
  { offsetUnit }: Pick<FormatSettings, "offsetUnit">,
  notices: NoticeLog,
  at: SourceLocation,
): PlacedTable {
  const attempt = (unit: "utf-16" | "code-point"): PlacedTable | Error => {
    try {
      return placeTable(table, unit, at);
    } catch (error) {
      if (error instanceof Error) return error;
      throw error;
    }
  };
  const taken = (placed: PlacedTable | Error): PlacedTable => {
    if (placed instanceof Error) throw placed;
    for (const { id, line } of placed.misplaced) {
      const message = "tokens whose word is not what stands at their offsets";
      notices.add("surface-mismatch", message, { file: at.file, line, detail: id });
    }
    return placed;
  };
  if (offsetUnit === "code-point") return taken(attempt("code-point"));
  const byTool = attempt("utf-16");
  const isRight = !(byTool instanceof Error) && byTool.misplaced.length === 0;
  if (isRight || offsetUnit !== "auto") return taken(byTool);
  const other = attempt("code-point");
  if (
    other instanceof Error ||
    other.misplaced.length >= (byTool instanceof Error ? Infinity : byTool.misplaced.length)
  ) {
    return taken(byTool);
  }
  const message = "documents whose offsets count other units than the tool's utf-16s, as their recorded surfaces show";
  notices.add("other-offset-unit", message, { ...at, detail: "code-points" });
  return taken(other);
}

function declare(layers: readonly Layer[]): Map<string, DeclaredType> {
  const types = new Map<string, DeclaredType>();
  for (const { kind, type, columns } of layers) {
    if (kind === "chain") continue;
    const features = new Map<string, Range>();
    for (const [i, column] of columns.entries()) {
      if (column.kind === "feature") features.set(column.name, stringRange);
      if (column.kind === "source") {
        for (const end of Object.values(ends)) features.set(end, { type: column.type, isList: false });
      }
      if (column.kind === "role") {
        const target = columns[i + 1]?.kind === "target" ? columns[i + 1]!.type : annotation;
        const link = new Map([
          ["role", stringRange],
          ["target", { type: target, isList: false }],
        ]);
        types.set(column.type, { parent: "uima.cas.TOP", features: link });
        features.set(column.name, { type: column.type, isList: true });
      }
    }
    types.set(type, { parent: annotation, features });
  }
  return types;
}

type Writable = FeatureStructure & Record<string, unknown>;

/** The part of one annotation in the cells of one row, by column. */
interface Part {
  readonly values: readonly string[];
  /** Id that distinguishes the annotation from others and connects it to the next rows; "0" for none. */
  readonly id: string;
}

/** The annotations of a layer on one row. */
function partsOf(layer: Layer, cells: readonly string[]): Part[] {
  if (cells.every((cell) => cell === "_")) return [];
  const columns = cells.map((cell) => splitEscaped(cell, "|"));
  const count = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: count }, (_, i) => {
    let id = "0";
    const values = columns.map((parts, k) => {
      const part = parts[i] ?? "_";
      const kind = layer.columns[k]!.kind;
      // There, the number in brackets refers to other annotations.
      if (kind === "source" || kind === "target") return part;
      const { value, id: own } = splitId(part);
      if (own !== "0") id = own;
      return value;
    });
    return { values, id };
  });
}

class Annotations {
  readonly #layers: readonly Layer[];
  readonly #units: readonly Unit[];
  readonly #notices: NoticeLog;
  readonly #at: SourceLocation;
  readonly #all: Writable[] = [];
  readonly #others: Writable[] = [];
  /** Annotations by type, row and id; of several without an id, the first on the row. */
  readonly #byPlace = new Map<string, Writable>();
  #nextId = sofa + 1;

  constructor(layers: readonly Layer[], units: readonly Unit[], notices: NoticeLog, at: SourceLocation) {
    this.#layers = layers;
    this.#units = units;
    this.#notices = notices;
    this.#at = at;
  }

  all(): FeatureStructure[] {
    // Deferred, since relations and links cite annotations of later rows.
    const cited: (() => void)[] = [];
    for (const [l, layer] of this.#layers.entries()) {
      const known = new Map<string, Writable>();
      for (const unit of this.#units) {
        for (const [i, part] of partsOf(layer, unit.cells[l]!).entries()) {
          if (layer.kind === "relation") cited.push(() => this.#addRelation(layer, unit, part));
          else if (layer.kind === "chain") this.#leaveOutChain(layer, unit);
          else {
            const key = part.id === "0" ? `${unit.id} ${i}` : part.id;
            const earlier = known.get(key);
            const span = earlier ?? this.#addSpan(layer, unit, part);
            if (!earlier) cited.push(() => this.#addLinks(layer, unit, part, span));
            known.set(key, span);
            span["end"] = Math.max(Number(span["end"]), unit.span.end);
            for (const type of [layer.type, annotation]) {
              const place = `${type} ${unit.id} ${part.id}`;
              if (!this.#byPlace.has(place)) this.#byPlace.set(place, span);
            }
          }
        }
      }
    }
    for (const cite of cited) cite();
    return [...this.#all, ...this.#others];
  }

  #make(type: string, features: Readonly<Record<string, unknown>>): Writable {
    if (this.#nextId > mostAnnotations) {
      throw new RecordError(`at most ${mostAnnotations} annotations in one document`, "more", this.#at);
    }
    return { "%ID": this.#nextId++, "%TYPE": type, ...features };
  }

  #addSpan(layer: Layer, { span }: Unit, part: Part): Writable {
    const { start, end } = span;
    const made = this.#make(layer.type, { "@sofa": sofa, begin: start, end, ...featuresOf(layer, part) });
    this.#all.push(made);
    return made;
  }

  #addRelation(layer: Layer, unit: Unit, part: Part): void {
    const i = layer.columns.findIndex(({ kind }) => kind === "source");
    const { value: source, id } = splitId(part.values[i] ?? "_");
    const [sourceId = "0", targetId = "0"] = id.split("_");
    const type = layer.columns[i]?.type ?? annotation;
    const find = (place: string, id: string): number | undefined =>
      source === "_" ? undefined : this.#find(type, place, id, layer, unit)["%ID"];
    const held = { [`@${ends.source}`]: find(source, sourceId), [`@${ends.target}`]: find(unit.id, targetId) };
    const { start, end } = unit.span;
    const place = { "@sofa": sofa, begin: start, end };
    this.#others.push(this.#make(layer.type, { ...place, ...featuresOf(layer, part), ...held }));
  }

  #addLinks(layer: Layer, unit: Unit, part: Part, span: Writable): void {
    for (const [i, column] of layer.columns.entries()) {
      const targets = layer.columns[i + 1];
      if (column.kind !== "role" || targets?.kind !== "target") continue;
      const roles = splitEscaped(part.values[i] ?? "_", ";");
      const places = splitEscaped(part.values[i + 1] ?? "_", ";");
      if (places.length === 1 && places[0] === "_") continue;
      const links = places.map((place, k) => {
        const { value, id } = splitId(place);
        const target = value === "_" ? undefined : this.#find(targets.type, value, id, layer, unit)["%ID"];
        return this.#make(column.type, { role: valueOf(roles[k] ?? "_"), "@target": target });
      });
      const list = this.#make("uima.cas.FSArray", { "%ELEMENTS": links.map((link) => link["%ID"]) });
      this.#others.push(list, ...links);
      span[`@${column.name}`] = list["%ID"];
    }
  }

  /**
   * The cited annotation: one of its type or, if no column has that type, of any; a token if there is no annotation.
   */
  #find(type: string, place: string, id: string, layer: Layer, { line }: Unit): Writable {
    const found = this.#byPlace.get(`${type} ${place} ${id}`) ?? this.#byPlace.get(`${annotation} ${place} ${id}`);
    if (found) return found;
    const unit = id === "0" && type.endsWith(".Token") && this.#units.find((unit) => unit.id === place);
    if (unit) {
      const { start, end } = unit.span;
      const token = this.#make(type, { "@sofa": sofa, begin: start, end });
      this.#byPlace.set(`${type} ${place} 0`, token);
      this.#others.push(token);
      return token;
    }
    const cited = id === "0" ? place : `${place}[${id}]`;
    const known = [...this.#byPlace.keys()].flatMap((key) =>
      key.startsWith(`${annotation} `) ? [key.split(" ")[1]!] : [],
    );
    throw new UnknownEntityError(layer.type, cited, [...new Set(known)], { file: this.#at.file, line });
  }

  #leaveOutChain({ type }: Layer, { id, line }: Unit): void {
    const at = { file: this.#at.file, line, detail: `${quote(type, 60)} at ${id}` };
    this.#notices.lose("chain", "elements of chains, such as coreference, left out", at, { annotations: 1 });
  }
}

/** Unescapes a value; null for `*`, which stands for an annotation without a value, and for `_`. */
const valueOf = (value: string): string | null => (value === "*" || value === "_" ? null : unescapeValue(value));

function featuresOf({ columns }: Layer, { values }: Part): Record<string, string> {
  return Object.fromEntries(
    columns.flatMap(({ kind, name }: Column, i) => {
      const value = kind === "feature" ? valueOf(values[i] ?? "_") : null;
      return value === null ? [] : [[name, value] as const];
    }),
  );
}
